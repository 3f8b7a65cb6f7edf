package dev.suffice.server.http;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The fields of a JSON body: each known, each of its type. A field that is {@code null} is a field that is not there. */
public final class Fields {
    private static final double EXACT = 0x1p53;

    private final ObjectNode object;

    private Fields(ObjectNode object) {
        this.object = object;
    }

    /**
     * Reads the body of a request.
     *
     * @param known the fields there may be
     * @throws ApiException 415 if it is not JSON by its type, 400 if it is not by its content, no object, or has other fields
     */
    public static Fields of(Call call, List<String> known) {
        var type = call.header("content-type").orElse("");
        var media = type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        if (!media.equals(Json.TYPE)) {
            throw ApiException.of(
                    415,
                    ApiException.Type.INVALID_REQUEST,
                    "unsupported_media_type",
                    "content type %s: must be application/json"
                            .formatted(type.isEmpty() ? "missing" : Excerpt.of(type)));
        }
        JsonNode node;
        try {
            node = Json.read(call.body().get());
        } catch (JacksonException e) {
            var where = e.getLocation();
            throw malformed(
                    where == null
                            ? "body: is not JSON: %s".formatted(Excerpt.of(e.getOriginalMessage()))
                            : "body: is not JSON at line %d, column %d: %s"
                                    .formatted(
                                            where.getLineNr(),
                                            where.getColumnNr(),
                                            Excerpt.of(e.getOriginalMessage())));
        }
        if (!(node instanceof ObjectNode object)) {
            throw malformed("body: must be a JSON object");
        }
        for (var name : object.propertyNames()) {
            if (!known.contains(name)) {
                throw ApiException.invalid(
                        Excerpt.of(name),
                        "unknown_field",
                        "%s: unknown; known are %s".formatted(Excerpt.of(name), String.join(", ", known)));
            }
        }
        return new Fields(object);
    }

    private static ApiException malformed(String message) {
        return ApiException.of(400, ApiException.Type.INVALID_REQUEST, "malformed_json", message);
    }

    /** A field that is wrong. */
    public static ApiException wrong(String name, JsonNode value, String expected) {
        var shown = value.isString() ? value.stringValue() : Json.line(value);
        return ApiException.invalid(
                name, "invalid_value", "%s %s: must be %s".formatted(name, Excerpt.of(shown), expected));
    }

    /** The object itself. */
    public ObjectNode object() {
        return object;
    }

    /** A field of any type. */
    public Optional<JsonNode> find(String name) {
        return Optional.ofNullable(object.get(name)).filter(node -> !node.isNull());
    }

    /**
     * A text: well-formed Unicode without control characters other than line breaks and tabs.
     *
     * @param most characters
     */
    public Optional<String> text(String name, int most) {
        var node = find(name);
        if (node.isEmpty()) {
            return Optional.empty();
        }
        if (!node.get().isString()) {
            throw wrong(name, node.get(), "a text");
        }
        var text = node.get().stringValue();
        if (text.length() > most) {
            throw ApiException.invalid(
                    name, "too_long", "%s of %d characters: must have at most %d".formatted(name, text.length(), most));
        }
        text.codePoints()
                .filter(c -> (Character.isISOControl(c) && c != '\n' && c != '\r' && c != '\t')
                        || (c >= 0xd800 && c <= 0xdfff))
                .findFirst()
                .ifPresent(c -> {
                    throw ApiException.invalid(
                            name, "invalid_value", "%s: has the character U+%04X; leave it out".formatted(name, c));
                });
        return Optional.of(text);
    }

    /** A text out of a few. */
    public Optional<String> choice(String name, List<String> choices) {
        var node = find(name);
        if (node.isPresent()
                && !(node.get().isString() && choices.contains(node.get().stringValue()))) {
            throw wrong(name, node.get(), String.join(" or ", choices));
        }
        return node.map(JsonNode::stringValue);
    }

    /** Yes or no. */
    public Optional<Boolean> flag(String name) {
        var node = find(name);
        if (node.isPresent() && !node.get().isBoolean()) {
            throw wrong(name, node.get(), "true or false");
        }
        return node.map(JsonNode::booleanValue);
    }

    /** A whole number; 1.0 is one. */
    public OptionalLong whole(String name, long least, long most) {
        var node = find(name);
        if (node.isEmpty()) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(whole(node.get())
                .filter(value -> value >= least && value <= most)
                .orElseThrow(() -> wrong(name, node.get(), "a whole number between %d and %d".formatted(least, most))));
    }

    private static Optional<Long> whole(JsonNode node) {
        if (node.isIntegralNumber()) {
            return node.canConvertToLong() ? Optional.of(node.longValue()) : Optional.empty();
        }
        if (node.isNumber()) {
            var value = node.doubleValue();
            return value == Math.rint(value) && Math.abs(value) <= EXACT ? Optional.of((long) value) : Optional.empty();
        }
        return Optional.empty();
    }

    /** A number. */
    public OptionalDouble number(String name, double least, double most) {
        var node = find(name);
        if (node.isEmpty()) {
            return OptionalDouble.empty();
        }
        if (node.get().isNumber()) {
            var value = node.get().isIntegralNumber() && !node.get().canConvertToLong()
                    ? Double.POSITIVE_INFINITY
                    : node.get().doubleValue();
            if (value >= least && value <= most) {
                return OptionalDouble.of(value);
            }
        }
        throw wrong(name, node.get(), "a number between %s and %s".formatted(plain(least), plain(most)));
    }

    private static String plain(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }
}
