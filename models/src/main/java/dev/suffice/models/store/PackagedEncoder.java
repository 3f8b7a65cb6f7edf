package dev.suffice.models.store;

import dev.suffice.models.folder.Config;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * An exported sentence encoder that travels in a library, as configuration files name it under {@code text_encoder}.
 *
 * @param model the exported encoder
 * @param tokenizer its tokenizer.json
 * @param maxTokens tokens that prompts are cut to, 2 to 512
 */
public record PackagedEncoder(PackagedFile model, PackagedFile tokenizer, int maxTokens) {
    private static final String KEY = "text_encoder";

    /**
     * Reads it.
     *
     * @param config the file, for messages
     * @throws dev.suffice.models.folder.ModelException if a value is missing or not acceptable
     */
    public static PackagedEncoder read(Config config, JsonNode node) {
        return read(config, node, KEY);
    }

    /**
     * As above.
     *
     * @param key under which it stands, for messages
     */
    public static PackagedEncoder read(Config config, JsonNode node, String key) {
        var library = node.path("maven").asString("");
        var tokens = node.path("max_length").intValue(0);
        if (library.isEmpty() || tokens < 2 || tokens > 512) {
            throw config.unsupported(key, "a maven library and max_length between 2 and 512");
        }
        return new PackagedEncoder(
                packaged(config, key, library, node.path("file"), node.path("sha256")),
                packaged(config, key, library, node.path("tokenizer_file"), node.path("tokenizer_sha256")),
                tokens);
    }

    private static PackagedFile packaged(Config config, String key, String library, JsonNode file, JsonNode sha256) {
        if (!file.asString("").matches("[A-Za-z0-9][A-Za-z0-9._-]*")
                || !sha256.asString("").matches("[0-9a-f]{64}")) {
            throw config.unsupported(key, "file, sha256, tokenizer_file, tokenizer_sha256 (hexadecimal, lower case)");
        }
        return new PackagedFile(library, file.asString(), sha256.asString());
    }

    /** Writes what {@link #read} reads. */
    public void write(ObjectNode node) {
        node.put("maven", model.library())
                .put("file", model.resource())
                .put("sha256", model.sha256())
                .put("tokenizer_file", tokenizer.resource())
                .put("tokenizer_sha256", tokenizer.sha256())
                .put("max_length", maxTokens);
    }
}
