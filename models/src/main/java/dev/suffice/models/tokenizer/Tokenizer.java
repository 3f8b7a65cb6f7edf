package dev.suffice.models.tokenizer;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import dev.suffice.models.ModelException;
import dev.suffice.models.folder.Config;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * Texts to token numbers, from a folder with {@code tokenizer.json}, or with CLIP's {@code vocab.json} and {@code
 * merges.txt}. Thread-safe. Holds native memory until closed.
 */
public final class Tokenizer implements AutoCloseable {
    /** Longer maximum lengths stand for "none" in published configurations. */
    private static final long NO_MAXIMUM = 1 << 20;

    private final HuggingFaceTokenizer tokenizer;
    private final int maxLength;
    private final long padding;

    private Tokenizer(HuggingFaceTokenizer tokenizer, int maxLength, long padding) {
        this.tokenizer = tokenizer;
        this.maxLength = maxLength;
        this.padding = padding;
    }

    /**
     * Reads a tokenizer.
     *
     * @param folder with tokenizer.json or vocab.json and merges.txt, and tokenizer_config.json if there is one
     * @param maxLength tokens that the model takes at most; a smaller model_max_length in the folder prevails
     * @throws ModelException if the folder holds none, or a damaged one
     */
    public static Tokenizer open(Path folder, int maxLength) {
        var configFile = folder.resolve("tokenizer_config.json");
        var config = Files.isRegularFile(configFile) ? Optional.of(Config.read(configFile)) : Optional.<Config>empty();
        var file = folder.resolve("tokenizer.json");
        var json = Files.isRegularFile(file) ? Config.read(file).json() : ClipVocabulary.read(folder, config);
        var source = Files.isRegularFile(file) ? file : folder.resolve("vocab.json");
        var length = config.flatMap(c -> c.find("model_max_length"))
                .filter(node -> node.isIntegralNumber() && node.canConvertToInt() && node.intValue() < NO_MAXIMUM)
                .map(JsonNode::intValue)
                .orElse(maxLength);
        if (length < 2) {
            throw new ModelException("%s: model_max_length %d: must be at least 2".formatted(configFile, length));
        }
        var pad = config.flatMap(c -> specialToken(c, "pad_token"))
                .map(token -> tokenId(json, token)
                        .orElseThrow(() -> new ModelException(
                                "%s: pad_token %s: not in the vocabulary".formatted(configFile, token))))
                .or(() -> ownPadding(json))
                .orElse(0L);
        return new Tokenizer(load(source, json), Math.min(length, maxLength), pad);
    }

    /**
     * Reads a tokenizer.json by itself.
     *
     * @param maxLength tokens that the model takes at most
     * @throws ModelException if it is damaged
     */
    public static Tokenizer ofFile(Path file, int maxLength) {
        var json = Config.read(file).json();
        return new Tokenizer(load(file, json), maxLength, ownPadding(json).orElse(0L));
    }

    private static Optional<Long> ownPadding(JsonNode json) {
        return Optional.of(json.path("padding").path("pad_token"))
                .filter(JsonNode::isString)
                .flatMap(token -> tokenId(json, token.stringValue()));
    }

    /** The most tokens of an encoding. */
    public int maxLength() {
        return maxLength;
    }

    /**
     * Encodes with start and end tokens, and padded to exactly {@link #maxLength()}; a longer text is cut off before its
     * end token.
     */
    public Encoding encodePadded(String text) {
        var encoding = encode(text);
        var ids = Arrays.copyOf(encoding.ids(), maxLength);
        Arrays.fill(ids, encoding.ids().length, maxLength, padding);
        return new Encoding(ids, Arrays.copyOf(encoding.attentionMask(), maxLength), encoding.tokens());
    }

    /** Encodes with start and end tokens, without padding; a longer text is cut off before its end token. */
    public Encoding encode(String text) {
        var all = tokenizer.encode(text).getIds();
        var ids = Arrays.copyOf(all, Math.min(all.length, maxLength));
        if (all.length > maxLength) {
            ids[maxLength - 1] = all[all.length - 1];
        }
        var mask = new long[ids.length];
        Arrays.fill(mask, 1);
        return new Encoding(ids, mask, all.length);
    }

    /** Frees native memory. */
    @Override
    public void close() {
        tokenizer.close();
    }

    private static HuggingFaceTokenizer load(Path source, JsonNode json) {
        try {
            var options = Map.of("addSpecialTokens", "true", "truncation", "false", "padding", "false");
            return HuggingFaceTokenizer.newInstance(
                    new ByteArrayInputStream(json.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8)),
                    options);
        } catch (IOException | RuntimeException e) {
            throw new ModelException("%s: not a tokenizer that can be read: %s".formatted(source, e.getMessage()), e);
        }
    }

    /** Written as a text, or as an object whose content is the text. */
    static Optional<String> specialToken(Config config, String key) {
        return config.find(key)
                .map(node -> node.isObject() ? node.path("content").asString("") : node.asString(""))
                .filter(token -> !token.isEmpty());
    }

    private static Optional<Long> tokenId(JsonNode json, String token) {
        for (var added : json.path("added_tokens")) {
            if (added.path("content").asString("").equals(token)) {
                return Optional.of(added.path("id").longValue());
            }
        }
        return Optional.of(json.path("model").path("vocab").path(token))
                .filter(JsonNode::isIntegralNumber)
                .map(JsonNode::longValue);
    }
}
