package dev.suffice.diffusion.scheduler;

import dev.suffice.core.InvalidRequestException;
import java.util.OptionalDouble;

/**
 * Moves the noise levels of a flow path towards noise, more for larger images (Esser et al. 2024, "Scaling Rectified Flow
 * Transformers for High-Resolution Image Synthesis", section 5.3.2).
 *
 * @param dynamic whether the shift depends on the image
 * @param fixed the shift that does not
 * @param exponential how mu enters the dynamic shift: as exp(mu), or linearly
 * @param terminal the level that the last one is stretched to
 * @param line from the length of the token sequence to mu
 */
record FlowShift(boolean dynamic, double fixed, boolean exponential, OptionalDouble terminal, Line line) {
    /** mu as a line through (shortest, base) and (longest, max). */
    record Line(double shortest, double longest, double base, double max) {
        double at(double tokens) {
            double slope = (max - base) / (longest - shortest);
            return tokens * slope + (base - slope * shortest);
        }
    }

    static FlowShift of(SchedulerConfig config, String fixedKey) {
        var terminal = config.optionalNumber("shift_terminal");
        if (terminal.isPresent() && terminal.getAsDouble() == 0) {
            terminal = OptionalDouble.empty();
        }
        var line = new Line(
                config.integer("base_image_seq_len", 256, 1, Integer.MAX_VALUE),
                config.integer("max_image_seq_len", 4096, 1, Integer.MAX_VALUE),
                config.number("base_shift", 0.5),
                config.number("max_shift", 1.15));
        return new FlowShift(
                config.flag("use_dynamic_shifting", false),
                config.positive(fixedKey, 1),
                config.word("time_shift_type", "exponential", "exponential", "linear")
                        .equals("exponential"),
                terminal,
                line);
    }

    /** Shifts levels in place. */
    void apply(double[] sigmas, SamplingPlan plan, String className) {
        if (dynamic) {
            shiftBy(sigmas, mu(plan, className));
        } else {
            for (int i = 0; i < sigmas.length; i++) {
                sigmas[i] = fixed * sigmas[i] / (1 + (fixed - 1) * sigmas[i]);
            }
        }
        if (terminal.isPresent()) {
            double scale = (1 - sigmas[sigmas.length - 1]) / (1 - terminal.getAsDouble());
            for (int i = 0; i < sigmas.length; i++) {
                sigmas[i] = 1 - (1 - sigmas[i]) / scale;
            }
        }
    }

    private void shiftBy(double[] sigmas, double mu) {
        double weight = exponential ? Math.exp(mu) : mu;
        for (int i = 0; i < sigmas.length; i++) {
            sigmas[i] = weight / (weight + (1 / sigmas[i] - 1));
        }
    }

    private double mu(SamplingPlan plan, String className) {
        if (plan.mu().isPresent()) {
            return plan.mu().getAsDouble();
        }
        if (plan.imageTokens().isPresent()) {
            return line.at(plan.imageTokens().getAsDouble());
        }
        throw new InvalidRequestException(
                "%s: use_dynamic_shifting needs mu, or the length of the image's token sequence".formatted(className));
    }
}
