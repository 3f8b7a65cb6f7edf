package dev.suffice.core;

/**
 * How many denoising steps a diffusion run takes. A policy changes how much is computed and never what a step computes.
 */
public sealed interface StepPolicy {
    /**
     * Exactly this many steps.
     *
     * @param steps at least 1; the scheduler refuses more than its training timesteps
     */
    record Fixed(int steps) implements StepPolicy {
        /** Checks the range. */
        public Fixed {
            if (steps < 1) {
                throw new InvalidRequestException(
                        "steps %d: must be at least 1 and at most the model's training timesteps".formatted(steps));
            }
        }
    }

    /** The number of steps that the model recommends for itself. */
    record Auto() implements StepPolicy {}

    /** The default policy: as many steps as the model recommends. */
    static StepPolicy auto() {
        return new Auto();
    }

    /**
     * Exactly {@code steps} steps.
     *
     * @throws InvalidRequestException if fewer than 1
     */
    static StepPolicy fixed(int steps) {
        return new Fixed(steps);
    }
}
