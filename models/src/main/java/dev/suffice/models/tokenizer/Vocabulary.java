package dev.suffice.models.tokenizer;

import dev.suffice.models.ModelException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The tokens of a {@code tokenizer.json} by number, and which bytes each stands for. Immutable. */
final class Vocabulary {
    /** The largest size of anything in a model. */
    private static final int MAX_SIZE = 1 << 24;

    private static final Pattern BYTE = Pattern.compile("<0x([0-9A-Fa-f]{2})>");
    private static final String BLANK = "\u2581";

    private final List<Optional<String>> tokens = new ArrayList<>();
    private final Map<String, Integer> ids = new HashMap<>();
    private final BitSet added = new BitSet();
    private final BitSet special = new BitSet();
    private final List<String> specialTexts = new ArrayList<>();
    private final boolean byteLevel;
    private final boolean byteFallback;
    private final boolean blanks;
    private boolean normalizedSpecial;

    /**
     * @param source for errors
     * @throws ModelException if a token's number is above 2^24
     */
    Vocabulary(Path source, JsonNode json) {
        var vocabulary = json.path("model").path("vocab");
        if (vocabulary.isArray()) {
            for (int id = 0; id < vocabulary.size(); id++) {
                add(source, vocabulary.get(id).path(0).asString(""), id);
            }
        }
        for (var entry : vocabulary.properties()) {
            add(source, entry.getKey(), entry.getValue().asInt(-1));
        }
        for (var token : json.path("added_tokens")) {
            var text = token.path("content").asString("");
            var id = token.path("id").asInt(-1);
            add(source, text, id);
            added.set(id);
            if (token.path("special").asBoolean(false)) {
                special.set(id);
                specialTexts.add(text);
                normalizedSpecial |= token.path("normalized").asBoolean(false);
            }
        }
        var decoder = json.path("decoder").toString();
        byteLevel = decoder.contains("\"ByteLevel\"");
        byteFallback = decoder.contains("\"ByteFallback\"");
        blanks = decoder.contains(BLANK) || decoder.contains("\"Metaspace\"");
    }

    private void add(Path source, String text, int id) {
        if (id < 0 || id >= MAX_SIZE) {
            throw new ModelException(
                    "%s: token %s: its number must be between 0 and %d".formatted(source, text, MAX_SIZE - 1));
        }
        while (tokens.size() <= id) {
            tokens.add(Optional.empty());
        }
        tokens.set(id, Optional.of(text));
        ids.put(text, id);
    }

    /** One more than the largest number. */
    int size() {
        return tokens.size();
    }

    OptionalInt id(String token) {
        var id = ids.get(token);
        return id == null ? OptionalInt.empty() : OptionalInt.of(id);
    }

    Optional<String> token(int id) {
        return id < tokens.size() ? tokens.get(id) : Optional.empty();
    }

    boolean isSpecial(int id) {
        return special.get(id);
    }

    byte[] bytes(int id) {
        var token = token(id).orElse("");
        if (!added.get(id)) {
            var hex = BYTE.matcher(token);
            if (byteFallback && hex.matches()) {
                return new byte[] {(byte) Integer.parseInt(hex.group(1), 16)};
            }
            if (byteLevel) {
                return ByteAlphabet.decode(token);
            }
            if (blanks) {
                token = token.replace(BLANK, " ");
            }
        }
        return token.getBytes(StandardCharsets.UTF_8);
    }

    /** Whether a special token could be found in the text; true when in doubt. */
    boolean mentionsSpecial(String text) {
        return normalizedSpecial || specialTexts.stream().anyMatch(text::contains);
    }

    /**
     * The same tokenizer, for which special tokens are ordinary text: they stay in the vocabulary, where no merge leads
     * to them.
     *
     * @throws ModelException if the model would find them in its vocabulary by itself
     */
    static JsonNode withoutSpecial(Path source, JsonNode json) {
        var copy = (ObjectNode) json.deepCopy();
        if (!(copy.path("model").path("vocab") instanceof ObjectNode vocabulary)) {
            throw new ModelException(
                    "%s: special tokens cannot be taken as text: the model %s is not supported for that"
                            .formatted(source, json.path("model").path("type")));
        }
        var kept = copy.putArray("added_tokens");
        for (var token : json.path("added_tokens")) {
            vocabulary.put(token.path("content").asString(""), token.path("id").longValue());
            if (!token.path("special").asBoolean(false)) {
                kept.add(token.deepCopy());
            }
        }
        return copy;
    }
}
