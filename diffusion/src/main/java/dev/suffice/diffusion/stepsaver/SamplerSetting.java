package dev.suffice.diffusion.stepsaver;

import dev.suffice.core.InvalidRequestException;
import dev.suffice.diffusion.policy.StepPolicy;
import dev.suffice.diffusion.policy.StepRule;
import dev.suffice.diffusion.scheduler.Schedulers;
import java.util.List;
import java.util.Locale;

/**
 * A sampler with the decisions that are taken while it runs: what steps are measured and predicted for. As text, the sampler's short name, and
 * rules after slashes: {@code ddim}, {@code ddim/skip=0.1}.
 *
 * @param scheduler short name of the sampler
 * @param rules decisions during the run; none if empty
 */
public record SamplerSetting(String scheduler, List<StepRule> rules) {
    private static final String SLASH = "/";

    /** Copies the list. */
    public SamplerSetting {
        rules = List.copyOf(rules);
    }

    /**
     * Reads the text.
     *
     * @throws InvalidRequestException if the sampler or a rule is unknown
     */
    public static SamplerSetting parse(String text) {
        var parts = text.strip().split(SLASH, 2);
        var name = parts[0].strip().toLowerCase(Locale.ROOT);
        if (!Schedulers.names().contains(name)) {
            throw new InvalidRequestException("scheduler \"%s\": unknown; must be one of %s"
                    .formatted(parts[0], String.join(", ", Schedulers.names())));
        }
        if (parts.length == 1) {
            return new SamplerSetting(name, List.of());
        }
        return switch (StepPolicy.parse(parts[1].replace(SLASH, ","))) {
            case StepPolicy.Rules(var rules) -> new SamplerSetting(name, rules);
            case StepPolicy.None _ -> new SamplerSetting(name, List.of());
            case StepPolicy.Auto _ ->
                throw new InvalidRequestException(
                        "scheduler \"%s\": must have rules after the /, not auto".formatted(text));
        };
    }

    /** The decisions as a request takes them. */
    public StepPolicy policy() {
        return rules.isEmpty() ? StepPolicy.none() : new StepPolicy.Rules(rules);
    }

    /** The text that {@link #parse} reads. */
    public String text() {
        var text = new StringBuilder(scheduler);
        rules.forEach(rule -> text.append(SLASH).append(rule.text()));
        return text.toString();
    }
}
