package dev.suffice.diffusion.policy;

import dev.suffice.core.InvalidRequestException;
import java.util.List;
import java.util.stream.Collectors;

/** What decides, while an image is denoised, which passes of the U-Net it needs. Immutable. */
public sealed interface StepPolicy {
    /** Nothing: every pass of every step runs. */
    record None() implements StepPolicy {
        @Override
        public String toString() {
            return "none";
        }
    }

    /** The rules that the model's card recommends; none if it recommends none. */
    record Auto() implements StepPolicy {
        @Override
        public String toString() {
            return "auto";
        }
    }

    /**
     * These rules together.
     *
     * @param rules at least one, each of another kind
     */
    record Rules(List<StepRule> rules) implements StepPolicy {
        /** Checks that no kind is there twice. */
        public Rules {
            rules = List.copyOf(rules);
            if (rules.isEmpty()) {
                throw new InvalidRequestException("policy: must have a rule, or be auto or none");
            }
            var names = rules.stream().map(StepRule::name).toList();
            for (var name : names) {
                if (names.indexOf(name) != names.lastIndexOf(name)) {
                    throw new InvalidRequestException("policy rule %s: given twice".formatted(name));
                }
            }
        }

        @Override
        public String toString() {
            return rules.stream().map(StepRule::text).collect(Collectors.joining(","));
        }
    }

    /** The default. */
    static StepPolicy auto() {
        return new Auto();
    }

    /** Every pass runs. */
    static StepPolicy none() {
        return new None();
    }

    /** These rules together. */
    static StepPolicy of(StepRule... rules) {
        return new Rules(List.of(rules));
    }

    /**
     * As the command line has it: {@code auto}, {@code none}, or rules with their thresholds, {@code skip=0.01,guidance}.
     *
     * @throws InvalidRequestException if a rule is unknown or its threshold out of range
     */
    static StepPolicy parse(String text) {
        return switch (text.strip()) {
            case "auto" -> auto();
            case "none" -> none();
            default -> new Rules(StepRules.parse(text));
        };
    }
}
