package dev.suffice.models.folder;

import dev.suffice.models.ModelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.StreamSupport;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A {@code config.json}: typed reading with defaults. A key that is absent or {@code null} takes the default; one of
 * the wrong type, or with a value that is not supported, is an error that names file, key and value. Immutable.
 */
public final class Config {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private final Path path;
    private final JsonNode root;

    private Config(Path path, JsonNode root) {
        this.path = path;
        this.root = root;
    }

    /**
     * Reads a JSON object.
     *
     * @throws ModelException if the file is missing or is not a JSON object
     */
    public static Config read(Path path) {
        if (!Files.isRegularFile(path)) {
            throw new ModelException("%s: no such file".formatted(path));
        }
        try {
            var root = JSON.readTree(path.toFile());
            if (!root.isObject()) {
                throw new ModelException("%s: must be a JSON object".formatted(path));
            }
            return new Config(path, root);
        } catch (JacksonException e) {
            throw new ModelException("%s: not valid JSON: %s".formatted(path, e.getOriginalMessage()), e);
        }
    }

    /** Where it lies. */
    public Path path() {
        return path;
    }

    /** The whole object. */
    public JsonNode json() {
        return root;
    }

    /** The value of a key, unless it is absent or {@code null}. */
    public Optional<JsonNode> find(String key) {
        return Optional.of(root.path(key)).filter(node -> !node.isMissingNode() && !node.isNull());
    }

    /** A whole number of at least 1 and at most 2^24, the largest size of anything in a model. */
    public int size(String key, int otherwise) {
        return find(key).map(node -> toSize(key, node)).orElse(otherwise);
    }

    /** A whole number of at least 1 and at most 2^24 that has to be there. */
    public int size(String key) {
        return find(key).map(node -> toSize(key, node)).orElseThrow(() -> missing(key, "a whole number"));
    }

    /** A whole number. */
    public int integer(String key, int otherwise) {
        return find(key).map(node -> toInteger(key, node)).orElse(otherwise);
    }

    /** A finite number. */
    public double number(String key, double otherwise) {
        return find(key)
                .map(node -> {
                    if (!node.isNumber() || !Double.isFinite(node.doubleValue())) {
                        throw unsupported(key, "a number");
                    }
                    return node.doubleValue();
                })
                .orElse(otherwise);
    }

    /** True or false. */
    public boolean flag(String key, boolean otherwise) {
        return find(key).map(node -> toFlag(key, node)).orElse(otherwise);
    }

    /** A text. */
    public String text(String key, String otherwise) {
        return text(key).orElse(otherwise);
    }

    /** A text, if there is one. */
    public Optional<String> text(String key) {
        return find(key).map(node -> toText(key, node));
    }

    /** A list of texts that has to be there. */
    public List<String> texts(String key) {
        return list(key, node -> toText(key, node)).orElseThrow(() -> missing(key, "a list of names"));
    }

    /** A list of texts. */
    public List<String> texts(String key, List<String> otherwise) {
        return list(key, node -> toText(key, node)).orElse(otherwise);
    }

    /** A list of sizes. */
    public List<Integer> sizes(String key, List<Integer> otherwise) {
        return list(key, node -> toSize(key, node)).orElse(otherwise);
    }

    /** A size for each of {@code count} blocks: one for all, or a list of that length. */
    public List<Integer> sizePerBlock(String key, int otherwise, int count) {
        return perBlock(key, otherwise, count, node -> toSize(key, node));
    }

    /** True or false for each of {@code count} blocks: one for all, or a list of that length. */
    public List<Boolean> flagPerBlock(String key, boolean otherwise, int count) {
        return perBlock(key, otherwise, count, node -> toFlag(key, node));
    }

    /**
     * Refuses a key's value.
     *
     * @param expected what is supported
     */
    public ModelException unsupported(String key, String expected) {
        var value = root.has(key) ? root.path(key) : "(not given)";
        return new ModelException("%s: %s %s: must be %s".formatted(path, key, value, expected));
    }

    /** Refuses a key that is absent. */
    public ModelException missing(String key, String expected) {
        return new ModelException("%s: %s missing: must be %s".formatted(path, key, expected));
    }

    private <T> List<T> perBlock(String key, T otherwise, int count, Function<JsonNode, T> read) {
        var node = find(key);
        if (node.isEmpty()) {
            return java.util.Collections.nCopies(count, otherwise);
        }
        if (!node.get().isArray()) {
            return java.util.Collections.nCopies(count, read.apply(node.get()));
        }
        var values =
                StreamSupport.stream(node.get().spliterator(), false).map(read).toList();
        if (values.size() != count) {
            throw unsupported(key, "one value, or a list of %d, one for each block".formatted(count));
        }
        return values;
    }

    private <T> Optional<List<T>> list(String key, Function<JsonNode, T> read) {
        return find(key).map(node -> {
            if (!node.isArray()) {
                throw unsupported(key, "a list");
            }
            return StreamSupport.stream(node.spliterator(), false).map(read).toList();
        });
    }

    private int toInteger(String key, JsonNode node) {
        if (!node.isIntegralNumber() || !node.canConvertToInt()) {
            throw unsupported(key, "a whole number");
        }
        return node.intValue();
    }

    private int toSize(String key, JsonNode node) {
        if (!node.isIntegralNumber() || !node.canConvertToInt() || node.intValue() < 1 || node.intValue() > 1 << 24) {
            throw unsupported(key, "a whole number between 1 and %d".formatted(1 << 24));
        }
        return node.intValue();
    }

    private boolean toFlag(String key, JsonNode node) {
        if (!node.isBoolean()) {
            throw unsupported(key, "true or false");
        }
        return node.booleanValue();
    }

    private String toText(String key, JsonNode node) {
        if (!node.isString()) {
            throw unsupported(key, "a text");
        }
        return node.stringValue();
    }
}
