package dev.suffice.diffusion.policy;

import dev.suffice.core.InvalidRequestException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.DoubleFunction;

/** The rules by name. */
public final class StepRules {
    private record Kind(double threshold, DoubleFunction<StepRule> make) {}

    private static final Map<String, Kind> KINDS = kinds();

    private StepRules() {}

    private static Map<String, Kind> kinds() {
        var kinds = new LinkedHashMap<String, Kind>();
        kinds.put(ConvergenceStop.NAME, new Kind(0.02, ConvergenceStop::new));
        kinds.put(ThirdOrderSkip.NAME, new Kind(0.05, ThirdOrderSkip::new));
        kinds.put(AdaptiveGuidance.NAME, new Kind(0.98, AdaptiveGuidance::new));
        kinds.put(FeatureReuse.NAME, new Kind(0.1, FeatureReuse::new));
        return kinds;
    }

    /** The names, in the order in which a call asks them. */
    public static List<String> names() {
        return List.copyOf(KINDS.keySet());
    }

    /**
     * A rule.
     *
     * @param threshold empty for its default
     * @throws InvalidRequestException if there is none of that name, or the threshold is out of its range
     */
    public static StepRule named(String name, OptionalDouble threshold) {
        var kind = KINDS.get(name);
        if (kind == null) {
            throw new InvalidRequestException("policy rule %s: unknown; must be auto, none, or some of %s"
                    .formatted(name, String.join(", ", KINDS.keySet())));
        }
        return kind.make().apply(threshold.orElse(kind.threshold()));
    }

    /** Rules separated by commas, each with an optional threshold: {@code skip=0.01,guidance}. */
    static List<StepRule> parse(String text) {
        var rules = new ArrayList<StepRule>();
        for (var part : text.split(",", -1)) {
            var at = part.indexOf('=');
            var name = (at < 0 ? part : part.substring(0, at)).strip();
            rules.add(named(name, at < 0 ? OptionalDouble.empty() : threshold(name, part.substring(at + 1))));
        }
        return rules;
    }

    private static OptionalDouble threshold(String name, String text) {
        try {
            return OptionalDouble.of(Double.parseDouble(text.strip()));
        } catch (NumberFormatException e) {
            throw new InvalidRequestException("policy rule %s=%s: must be a number".formatted(name, text.strip()));
        }
    }

    static void check(String name, double threshold, double low, double high) {
        if (!(threshold >= low && threshold <= high)) {
            throw new InvalidRequestException(
                    "policy rule %s=%s: must be between %s and %s".formatted(name, threshold, low, high));
        }
    }

    static double norm(float[] values) {
        double sum = 0;
        for (var value : values) {
            sum += (double) value * value;
        }
        return Math.sqrt(sum);
    }
}
