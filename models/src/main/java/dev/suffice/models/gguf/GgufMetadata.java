package dev.suffice.models.gguf;

import dev.suffice.models.ModelException;
import dev.suffice.models.gguf.GgufValue.Nested;
import dev.suffice.models.gguf.GgufValue.Numbers;
import dev.suffice.models.gguf.GgufValue.Text;
import dev.suffice.models.gguf.GgufValue.Texts;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The keys and values of a GGUF file: typed reading. A key that has to be there and is not, or one of the wrong type, is
 * an error that names file, key and value. Lists stay as compact as in the file. Immutable.
 */
public final class GgufMetadata {
    /** The largest size of anything in a model. */
    private static final int MAX_SIZE = 1 << 24;

    private final Path path;
    private final Map<String, GgufValue> values;

    GgufMetadata(Path path, Map<String, GgufValue> values) {
        this.path = path;
        this.values = new LinkedHashMap<>(values);
    }

    /** The file. */
    public Path path() {
        return path;
    }

    /** The keys in the order of the file. */
    public Set<String> keys() {
        return Collections.unmodifiableSet(values.keySet());
    }

    /** Whether there is a value. */
    public boolean contains(String key) {
        return values.containsKey(key);
    }

    /** Whether the value is a list. */
    public boolean isList(String key) {
        return switch (values.get(key)) {
            case null -> false;
            case Text text -> false;
            case Texts texts -> true;
            case Nested nested -> true;
            case Numbers numbers -> numbers.list();
        };
    }

    /**
     * A text that has to be there.
     *
     * @throws ModelException if it is missing or no text
     */
    public String text(String key) {
        return findText(key).orElseThrow(() -> missing(key, "a text"));
    }

    /** A text, if there is one. */
    public Optional<String> findText(String key) {
        return Optional.ofNullable(
                switch (values.get(key)) {
                    case null -> null;
                    case Text text -> text.text();
                    default -> throw unsupported(key, "a text");
                });
    }

    /**
     * A whole number that has to be there.
     *
     * @throws ModelException if it is missing, no whole number or above 2^63 - 1
     */
    public long whole(String key) {
        return findWhole(key).orElseThrow(() -> missing(key, "a whole number"));
    }

    /** A whole number. */
    public long whole(String key, long otherwise) {
        return findWhole(key).orElse(otherwise);
    }

    /** A whole number, if there is one. */
    public Optional<Long> findWhole(String key) {
        return single(key, "a whole number of at most 2^63 - 1").map(value -> {
            if (!value.type().whole() || value.tooLarge(0)) {
                throw unsupported(key, "a whole number of at most 2^63 - 1");
            }
            return value.whole(0);
        });
    }

    /** A whole number of at least 1 and at most 2^24 that has to be there. */
    public int size(String key) {
        return toSize(key, whole(key));
    }

    /** A whole number of at least 1 and at most 2^24. */
    public int size(String key, int otherwise) {
        return contains(key) ? size(key) : otherwise;
    }

    /**
     * A number that has to be there, whole or not.
     *
     * @throws ModelException if it is missing, no number or not finite
     */
    public double number(String key) {
        return findNumber(key).orElseThrow(() -> missing(key, "a number"));
    }

    /** A finite number, whole or not. */
    public double number(String key, double otherwise) {
        return findNumber(key).orElse(otherwise);
    }

    /** True or false. */
    public boolean flag(String key, boolean otherwise) {
        return single(key, "true or false")
                .map(value -> {
                    if (value.type() != ValueType.BOOL) {
                        throw unsupported(key, "true or false");
                    }
                    return value.whole(0) == 1;
                })
                .orElse(otherwise);
    }

    /**
     * A list of texts that has to be there. An entry that is not UTF-8 is an error when it is asked for.
     *
     * @return immutable, each text decoded when asked for
     * @throws ModelException if it is missing or no list of texts
     */
    public List<String> texts(String key) {
        return switch (values.get(key)) {
            case null -> throw missing(key, "a list of texts");
            case Texts texts -> texts.texts();
            default -> throw unsupported(key, "a list of texts");
        };
    }

    /**
     * A list of whole numbers that has to be there.
     *
     * @return a copy
     * @throws ModelException if it is missing, no list of whole numbers, or one of them is above 2^63 - 1
     */
    public long[] wholes(String key) {
        var expected = "a list of whole numbers of at most 2^63 - 1";
        var list = list(key, expected);
        var result = new long[list.count()];
        for (int i = 0; i < result.length; i++) {
            if (!list.type().whole() || list.tooLarge(i)) {
                throw unsupported(key, expected);
            }
            result[i] = list.whole(i);
        }
        return result;
    }

    /**
     * A list of numbers, whole or not, that has to be there; they need not be finite.
     *
     * @return a copy
     * @throws ModelException if it is missing or no list of numbers
     */
    public double[] numbers(String key) {
        var list = list(key, "a list of numbers");
        var result = new double[list.count()];
        for (int i = 0; i < result.length; i++) {
            if (!list.type().number()) {
                throw unsupported(key, "a list of numbers");
            }
            result[i] = list.number(i);
        }
        return result;
    }

    /**
     * Refuses a key's value.
     *
     * @param expected what is supported
     */
    public ModelException unsupported(String key, String expected) {
        return new ModelException("%s: %s %s: must be %s".formatted(path, key, describe(values.get(key)), expected));
    }

    /** Refuses a key that is absent. */
    public ModelException missing(String key, String expected) {
        return new ModelException("%s: %s missing: must be %s; convert the model again".formatted(path, key, expected));
    }

    private int toSize(String key, long value) {
        if (value < 1 || value > MAX_SIZE) {
            throw unsupported(key, "a whole number between 1 and %d".formatted(MAX_SIZE));
        }
        return (int) value;
    }

    private Optional<Double> findNumber(String key) {
        return single(key, "a finite number").map(value -> {
            if (!value.type().number() || !Double.isFinite(value.number(0))) {
                throw unsupported(key, "a finite number");
            }
            return value.number(0);
        });
    }

    private Optional<Numbers> single(String key, String expected) {
        return Optional.ofNullable(
                switch (values.get(key)) {
                    case null -> null;
                    case Numbers value when !value.list() -> value;
                    default -> throw unsupported(key, expected);
                });
    }

    private Numbers list(String key, String expected) {
        return switch (values.get(key)) {
            case null -> throw missing(key, expected);
            case Numbers value when value.list() -> value;
            default -> throw unsupported(key, expected);
        };
    }

    private static String describe(@Nullable GgufValue value) {
        return switch (value) {
            case null -> "(not given)";
            case Text text when text.text().length() > 80 -> "\"" + text.text().substring(0, 80) + "...\"";
            case Text text -> "\"" + text.text() + "\"";
            case Texts texts -> "(a list of %d texts)".formatted(texts.texts().size());
            case Nested nested -> "(lists in a list)";
            case Numbers numbers when numbers.list() -> "(a list of %d %s)".formatted(numbers.count(), numbers.type());
            case Numbers numbers when numbers.type() == ValueType.BOOL -> numbers.whole(0) == 1 ? "true" : "false";
            case Numbers numbers when numbers.tooLarge(0) -> Long.toUnsignedString(numbers.whole(0));
            case Numbers numbers when numbers.type().whole() -> Long.toString(numbers.whole(0));
            case Numbers numbers -> Double.toString(numbers.number(0));
        };
    }
}
