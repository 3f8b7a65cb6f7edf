package dev.suffice.diffusion;

import dev.suffice.diffusion.policy.StepRule;
import dev.suffice.diffusion.stepsaver.StepAdvice;
import java.util.List;
import java.util.Optional;

/**
 * How many steps a run has, what decides while it goes on, and why.
 *
 * @param steps as many
 * @param rules decisions during the run
 * @param source who chose
 * @param reason in words; empty where the request said so
 * @param advice what the predictor said, where it chose
 */
public record StepChoice(int steps, List<StepRule> rules, Source source, String reason, Optional<StepAdvice> advice) {
    /** Copies the list. */
    public StepChoice {
        rules = List.copyOf(rules);
    }

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
