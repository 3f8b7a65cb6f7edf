package dev.suffice.bench.speculation;

import dev.suffice.core.InvalidRequestException;
import dev.suffice.language.Drafters;
import dev.suffice.language.LanguageModel;
import dev.suffice.language.SelfDrafter;
import dev.suffice.language.speculate.Drafter;
import dev.suffice.language.speculate.PromptLookup;
import dev.suffice.language.speculate.SpeculationPolicies;
import dev.suffice.language.speculate.SpeculationPolicy;
import dev.suffice.language.speculate.SuffixDrafter;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * A way to draft: {@code auto}, {@code 5@lookup}.
 *
 * @param text as it was given
 * @param policy how far
 * @param who {@code lookup}, {@code suffix} (this text alone), {@code store} (earlier answers too), {@code self}, {@code free} (suffixes and lookup), or {@code all}
 */
record Mode(String text, SpeculationPolicy policy, String who) {
    private static final Set<String> WHO = Set.of("lookup", "suffix", "store", "self", "free", "all");

    static Mode parse(String text) {
        int at = text.indexOf('@');
        var mode = new Mode(
                text,
                SpeculationPolicies.parse(at < 0 ? text : text.substring(0, at)),
                at < 0 ? "all" : text.substring(at + 1));
        if (!WHO.contains(mode.who())) {
            throw new InvalidRequestException("mode %s: %s: who drafts must be lookup, suffix, store, free, self or all"
                    .formatted(text, mode.who()));
        }
        return mode;
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
            case "free" -> Drafters.free();
            default -> Drafters.all(model.session());
        };
    }
}
