package dev.suffice.diffusion.scheduler;

import dev.suffice.core.SufficeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The settings of a sampler, as in {@code scheduler_config.json}: a map with typed access. Keys that a sampler does not know
 * are kept, so that a config can pass through one sampler and still serve another. Immutable and thread-safe.
 *
 * <p>A key that is absent, {@code null}, or listed under {@code _use_default_values} takes the default of the sampler that
 * asks.
 */
public final class SchedulerConfig {
    /** Where a model folder keeps the file. */
    public static final String FILE_NAME = "scheduler_config.json";

    private static final String CLASS_NAME = "_class_name";
    private static final String DEFAULTED = "_use_default_values";
    private static final long MAX_FILE_BYTES = 16L << 20;
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .disable(JsonWriteFeature.WRITE_NAN_AS_STRINGS)
            .enable(SerializationFeature.INDENT_OUTPUT)
            .build();

    private final Map<String, @Nullable Object> settings;

    private SchedulerConfig(Map<String, @Nullable Object> settings) {
        this.settings = settings;
    }

    /**
     * Reads a file.
     *
     * @param path the JSON file, or the folder that holds {@value #FILE_NAME}
     * @throws SufficeException if it cannot be read or is not a JSON object
     */
    public static SchedulerConfig read(Path path) {
        var file = Files.isDirectory(path) ? path.resolve(FILE_NAME) : path;
        try {
            long bytes = Files.size(file);
            if (bytes > MAX_FILE_BYTES) {
                throw new SufficeException(
                        "%s: %d bytes, a scheduler config has at most %d".formatted(file, bytes, MAX_FILE_BYTES));
            }
            return parse(file.toString(), Files.readString(file));
        } catch (IOException e) {
            throw new SufficeException(
                    "%s: cannot be read; a diffusion model keeps it in its scheduler folder".formatted(file), e);
        }
    }

    /**
     * Reads JSON text.
     *
     * @throws SufficeException if it is not a JSON object
     */
    public static SchedulerConfig parse(String json) {
        return parse("scheduler config", json);
    }

    private static SchedulerConfig parse(String source, String json) {
        Object value;
        try {
            value = JSON.readValue(json, Object.class);
        } catch (JacksonException e) {
            throw new SufficeException("%s: not valid JSON (%s)".formatted(source, e.getOriginalMessage()), e);
        }
        if (!(value instanceof Map<?, ?> map)) {
            throw new SufficeException("%s: must be a JSON object".formatted(source));
        }
        return of(map);
    }

    /**
     * A config from settings in memory.
     *
     * @param settings names and values: booleans, numbers, strings, lists of numbers, null
     */
    public static SchedulerConfig of(Map<?, ?> settings) {
        var copy = new LinkedHashMap<String, @Nullable Object>();
        settings.forEach((key, value) -> copy.put(String.valueOf(key), value));
        return new SchedulerConfig(Collections.unmodifiableMap(copy));
    }

    /** The class that the config names, e.g. {@code PNDMScheduler}. */
    public Optional<String> className() {
        return settings.get(CLASS_NAME) instanceof String name ? Optional.of(name) : Optional.empty();
    }

    /** All settings, in the order of the file, with unknown ones. Unmodifiable. */
    public Map<String, @Nullable Object> settings() {
        return settings;
    }

    /** A copy with one setting changed or added. */
    public SchedulerConfig with(String key, Object value) {
        var copy = new LinkedHashMap<>(settings);
        copy.put(key, value);
        if (copy.get(DEFAULTED) instanceof Collection<?> defaulted && defaulted.contains(key)) {
            copy.put(DEFAULTED, defaulted.stream().filter(k -> !k.equals(key)).toList());
        }
        return new SchedulerConfig(Collections.unmodifiableMap(copy));
    }

    SchedulerConfig withClassName(String name) {
        return with(CLASS_NAME, name);
    }

    /** The settings as JSON, the form they were read in. */
    public String toJson() {
        return JSON.writeValueAsString(settings);
    }

    @Override
    public String toString() {
        return toJson();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof SchedulerConfig config && settings.equals(config.settings);
    }

    @Override
    public int hashCode() {
        return settings.hashCode();
    }

    /** A switch; an explicit null is off. */
    boolean flag(String key, boolean fallback) {
        var value = value(key);
        return switch (value) {
            case null -> isExplicitNull(key) ? false : fallback;
            case Boolean flag -> flag;
            default -> throw invalid(key, value, "must be true or false");
        };
    }

    /** A whole number within bounds. */
    int integer(String key, int fallback, int min, int max) {
        var value = value(key);
        if (value == null) {
            return fallback;
        }
        if (!(value instanceof Number number)
                || number.doubleValue() != Math.rint(number.doubleValue())
                || number.doubleValue() < min
                || number.doubleValue() > max) {
            throw invalid(key, value, "must be a whole number between %d and %d".formatted(min, max));
        }
        return number.intValue();
    }

    /** A finite number. */
    double number(String key, double fallback) {
        return optionalNumber(key).orElse(fallback);
    }

    /** A finite number, if there is one. */
    OptionalDouble optionalNumber(String key) {
        var value = value(key);
        if (value == null) {
            return OptionalDouble.empty();
        }
        if (!(value instanceof Number number) || !Double.isFinite(number.doubleValue())) {
            throw invalid(key, value, "must be a finite number");
        }
        return OptionalDouble.of(number.doubleValue());
    }

    /** A finite number above 0. */
    double positive(String key, double fallback) {
        double number = number(key, fallback);
        if (!(number > 0)) {
            throw invalid(key, number, "must be above 0");
        }
        return number;
    }

    /** A number that may be infinite but is never NaN. */
    double numberOrInfinity(String key, double fallback) {
        var value = value(key);
        if (value == null) {
            return fallback;
        }
        if (!(value instanceof Number number) || Double.isNaN(number.doubleValue())) {
            throw invalid(key, value, "must be a number or an infinity");
        }
        return number.doubleValue();
    }

    /** One of a set of words. */
    String word(String key, String fallback, String... known) {
        var value = value(key);
        if (value == null) {
            return fallback;
        }
        if (!(value instanceof String word) || !List.of(known).contains(word)) {
            throw invalid(key, value, "must be one of " + String.join(", ", known));
        }
        return word;
    }

    /** A list of finite numbers, if there is one. */
    Optional<double[]> numbers(String key) {
        var value = value(key);
        if (value == null) {
            return Optional.empty();
        }
        if (!(value instanceof Collection<?> list)) {
            throw invalid(key, value, "must be a list of numbers");
        }
        var numbers = new ArrayList<Double>(list.size());
        for (var element : list) {
            if (!(element instanceof Number number) || !Double.isFinite(number.doubleValue())) {
                throw invalid(key, String.valueOf(element), "must be a list of finite numbers");
            }
            numbers.add(number.doubleValue());
        }
        return Optional.of(numbers.stream().mapToDouble(Double::doubleValue).toArray());
    }

    /** The error for a setting that is not acceptable. */
    static SufficeException invalid(String key, Object value, String expected) {
        var shown = value instanceof String ? "\"" + value + "\"" : String.valueOf(value);
        return new SufficeException("scheduler setting %s %s: %s".formatted(key, shown, expected));
    }

    private @Nullable Object value(String key) {
        if (settings.get(DEFAULTED) instanceof Collection<?> defaulted && defaulted.contains(key)) {
            return null;
        }
        return settings.get(key);
    }

    private boolean isExplicitNull(String key) {
        return settings.containsKey(key) && settings.get(key) == null;
    }
}
