package dev.suffice.diffusion;

import dev.suffice.diffusion.stepsaver.StepAdvice;
import java.util.Optional;

/**
 * How many steps a run has, and why.
 *
 * @param steps as many
 * @param source who chose
 * @param reason in words; empty where the request said so
 * @param advice what the predictor said, where it chose
 */
public record StepChoice(int steps, Source source, String reason, Optional<StepAdvice> advice) {
    /** Who chose. */
    public enum Source {
        /** The request. */
        REQUESTED,
        /** The predictor, for this prompt. */
        PREDICTED,
        /** The model's card, the same for every prompt. */
        RECOMMENDED
    }
}
