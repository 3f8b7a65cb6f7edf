package dev.suffice.labels;

import dev.suffice.core.InvalidRequestException;
import dev.suffice.diffusion.stepsaver.StepGrid;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * What is to be measured: every prompt with every sampler, each at every count.
 *
 * @param model fingerprint of the model
 * @param schedulers the samplers and their decisions, as text
 * @param grid counts of steps
 * @param seeds images of each prompt
 * @param thresholds for the labels
 * @param prompts none twice
 * @param promptsPerPart how many are measured together, and lost together if a machine is
 */
public record LabelPlan(
        String model,
        List<String> schedulers,
        StepGrid grid,
        int seeds,
        LabelThresholds thresholds,
        List<String> prompts,
        int promptsPerPart) {
    private static final int MOST_PROMPTS = 10_000_000;
    private static final int LONGEST = 10_000;

    /**
     * Checks the ranges.
     *
     * @throws InvalidRequestException if there is no prompt or no sampler, or a number is out of its range
     */
    public LabelPlan {
        schedulers = List.copyOf(new LinkedHashSet<>(schedulers));
        prompts = List.copyOf(prompts);
        check(!prompts.isEmpty(), "prompts: there is none; expected one a line");
        check(
                prompts.size() <= MOST_PROMPTS,
                "prompts: %d are too many for one table, at most %d; label them in several folders"
                        .formatted(prompts.size(), MOST_PROMPTS));
        for (var prompt : prompts) {
            check(
                    prompt.length() <= LONGEST,
                    "prompt \"%s...\": %d characters, at most %d"
                            .formatted(prompt.substring(0, Math.min(40, prompt.length())), prompt.length(), LONGEST));
        }
        check(!schedulers.isEmpty(), "schedulers: there is none");
        check(seeds >= 1 && seeds <= 64, "seeds %d: must be between 1 and 64".formatted(seeds));
        check(
                promptsPerPart >= 1 && promptsPerPart <= 10_000,
                "prompts of a part %d: must be between 1 and 10000".formatted(promptsPerPart));
    }

    private static void check(boolean condition, String message) {
        if (!condition) {
            throw new InvalidRequestException(message);
        }
    }

    /** The parts, those of the first prompts first, so that a table that is not complete has all samplers. */
    public List<LabelPart> parts() {
        var parts = new ArrayList<LabelPart>();
        for (int from = 0; from < prompts.size(); from += promptsPerPart) {
            var some = prompts.subList(from, Math.min(prompts.size(), from + promptsPerPart));
            for (var scheduler : schedulers) {
                parts.add(new LabelPart(
                        model, scheduler, grid.counts(), seeds, thresholds.close(), thresholds.settled(), some));
            }
        }
        return parts;
    }
}
