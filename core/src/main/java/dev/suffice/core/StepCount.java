package dev.suffice.core;

/**
 * How many denoising steps a diffusion run has.
 */
public sealed interface StepCount {
    /**
     * Exactly this many steps.
     *
     * @param steps at least 1; the scheduler refuses more than its training timesteps
     */
    record Fixed(int steps) implements StepCount {
        /** Checks the range. */
        public Fixed {
            if (steps < 1) {
                throw new InvalidRequestException(
                        "steps %d: must be at least 1 and at most the model's training timesteps".formatted(steps));
            }
        }
    }

    /** The number of steps that the model recommends for itself. */
    record Auto() implements StepCount {}

    /** As many steps as the model recommends: the default. */
    static StepCount auto() {
        return new Auto();
    }

    /**
     * Exactly {@code steps} steps.
     *
     * @throws InvalidRequestException if fewer than 1
     */
    static StepCount fixed(int steps) {
        return new Fixed(steps);
    }
}
