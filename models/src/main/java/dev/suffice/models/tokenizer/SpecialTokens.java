package dev.suffice.models.tokenizer;

import dev.suffice.models.folder.Config;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedSet;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * The tokens around texts.
 *
 * @param bos starts a text
 * @param eos ends a text
 * @param padding fills what has to have a length
 * @param ends all that end what a model writes, {@code eos} included: a chat model may end its turn with another one
 */
public record SpecialTokens(OptionalInt bos, OptionalInt eos, OptionalInt padding, Set<Integer> ends) {
    /** None at all. */
    public static final SpecialTokens NONE =
            new SpecialTokens(OptionalInt.empty(), OptionalInt.empty(), OptionalInt.empty(), Set.of());

    /** Copies the set. */
    public SpecialTokens {
        ends = Set.copyOf(ends);
    }

    /**
     * Those of a model's folder: bos_token and eos_token of tokenizer_config.json, eos_token_id (one or several) of
     * generation_config.json and config.json. A name that is no token counts as absent.
     */
    static SpecialTokens read(Path folder, Optional<Config> config, Vocabulary vocabulary, OptionalInt padding) {
        var ends = new LinkedHashSet<Integer>();
        named(config, "eos_token", vocabulary).ifPresent(ends::add);
        for (var name : new String[] {"generation_config.json", "config.json"}) {
            var file = folder.resolve(name);
            if (Files.isRegularFile(file)) {
                addIds(Config.read(file), vocabulary, ends);
            }
        }
        var eos = ends.isEmpty() ? OptionalInt.empty() : OptionalInt.of(ends.getFirst());
        return new SpecialTokens(named(config, "bos_token", vocabulary), eos, padding, ends);
    }

    private static void addIds(Config config, Vocabulary vocabulary, SequencedSet<Integer> ends) {
        var value = config.find("eos_token_id");
        value.filter(JsonNode::isArray).ifPresent(ids -> ids.forEach(id -> addId(config, id, vocabulary, ends)));
        value.filter(node -> !node.isArray()).ifPresent(id -> addId(config, id, vocabulary, ends));
    }

    private static void addId(Config config, JsonNode id, Vocabulary vocabulary, SequencedSet<Integer> ends) {
        if (!id.isIntegralNumber() || !id.canConvertToInt()) {
            throw config.unsupported("eos_token_id", "a token's number, or a list of them");
        }
        if (id.intValue() >= 0 && id.intValue() < vocabulary.size()) {
            ends.add(id.intValue());
        }
    }

    private static OptionalInt named(Optional<Config> config, String key, Vocabulary vocabulary) {
        return config.flatMap(c -> Tokenizer.specialToken(c, key))
                .map(vocabulary::id)
                .orElse(OptionalInt.empty());
    }
}
