package dev.suffice.bench.speculation;

import dev.suffice.core.InvalidRequestException;
import dev.suffice.language.Agreement;
import dev.suffice.language.Drafters;
import dev.suffice.language.ExitDrafter;
import dev.suffice.language.LanguageModel;
import dev.suffice.language.SelfDrafter;
import dev.suffice.language.speculate.Drafter;
import dev.suffice.language.speculate.PromptLookup;
import dev.suffice.language.speculate.SpeculationPolicies;
import dev.suffice.language.speculate.SpeculationPolicy;
import dev.suffice.language.speculate.SuffixDrafter;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * A way to draft: {@code auto}, {@code 5@lookup}, {@code auto@exit:0.98}.
 *
 * @param text as it was given
 * @param policy how far
 * @param who {@code lookup}, {@code suffix} (this text alone), {@code store} (earlier answers too), {@code self}, {@code exit}, {@code free} (suffixes and lookup), or {@code all}
 * @param agreement behind {@code exit:}, share of the tokens taken unasked that the model would have chosen; empty if none are
 */
record Mode(String text, SpeculationPolicy policy, String who, OptionalDouble agreement) {
    private static final String EXIT = "exit";

    private static final Set<String> WHO = Set.of("lookup", "suffix", "store", "self", EXIT, "free", "all");

    static Mode parse(String text) {
        int at = text.indexOf('@');
        int colon = text.indexOf(':', at + 1);
        var who = at < 0 ? "all" : text.substring(at + 1, colon < 0 ? text.length() : colon);
        if (!WHO.contains(who) || (colon >= 0 && !who.equals(EXIT))) {
            throw new InvalidRequestException(
                    "mode %s: who drafts must be lookup, suffix, store, free, self, all, exit, or exit: and an agreement"
                            .formatted(text));
        }
        return new Mode(
                text,
                SpeculationPolicies.parse(at < 0 ? text : text.substring(0, at)),
                who,
                colon < 0 ? OptionalDouble.empty() : OptionalDouble.of(share(text, text.substring(colon + 1))));
    }

    private static double share(String mode, String text) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw new InvalidRequestException("mode %s: %s: must be a number".formatted(mode, text));
        }
    }

    /** Whether it needs a model that is opened with an exit head. */
    boolean exits() {
        return who.equals(EXIT);
    }

    /** Which tokens it takes unasked. */
    Optional<Agreement> agreement(LanguageModel model) {
        return agreement.isPresent() ? Optional.of(model.agreement(agreement.getAsDouble())) : Optional.empty();
    }

    static List<Mode> parseAll(String list) {
        return Arrays.stream(list.split(","))
                .map(String::strip)
                .filter(one -> !one.isEmpty())
                .distinct()
                .map(Mode::parse)
                .toList();
    }

    /** New drafters, that know of nothing. */
    List<Drafter> drafters(LanguageModel model) {
        return switch (who) {
            case "lookup" -> List.of(new PromptLookup());
            case "suffix" -> List.of(new SuffixDrafter());
            case "store" -> List.of(Drafters.suffixes());
            case "self" -> List.of(SelfDrafter.of(model.session()));
            case EXIT -> List.of(ExitDrafter.of(model.session()));
            case "free" -> Drafters.free();
            default -> Drafters.all(model.session());
        };
    }
}
