package dev.suffice.core;

import java.util.OptionalDouble;

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

    /**
     * As many steps as the prompt needs, if the model has a predictor of that; else as many as the model recommends.
     *
     * @param risk that the prompt needs more, above 0 and below 0.5; empty for the predictor's own choice
     */
    record Auto(OptionalDouble risk) implements StepCount {
        /** Checks the range. */
        public Auto {
            if (risk.isPresent() && !(risk.getAsDouble() > 0 && risk.getAsDouble() < 0.5)) {
                throw new InvalidRequestException(
                        "risk %s: must be above 0 and below 0.5".formatted(risk.getAsDouble()));
            }
        }
    }

    /** As many steps as the prompt needs: the default. */
    static StepCount auto() {
        return new Auto(OptionalDouble.empty());
    }

    /**
     * As many steps as the prompt needs.
     *
     * @param risk that it needs more, above 0 and below 0.5
     * @throws InvalidRequestException if the risk is out of its range
     */
    static StepCount auto(double risk) {
        return new Auto(OptionalDouble.of(risk));
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
