package dev.suffice.language.constrain;

import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** Whether a document is of a schema, by the words of the specification. */
final class DirectValidator {
    private final JsonNode root;

    DirectValidator(JsonNode root) {
        this.root = root;
    }

    boolean isValid(JsonNode value) {
        return isValid(value, root);
    }

    private boolean isValid(JsonNode value, JsonNode schema) {
        if (schema.isMissingNode()) {
            return true;
        }
        if (schema.isBoolean()) {
            return schema.booleanValue();
        }
        if (schema.has("$ref")) {
            return isValid(
                    value,
                    root.path("$defs").path(schema.path("$ref").stringValue().substring(8)));
        }
        for (var keyword : List.of("anyOf", "oneOf")) {
            if (schema.has(keyword) && schema.path(keyword).valueStream().noneMatch(s -> isValid(value, s))) {
                return false;
            }
        }
        if (schema.has("enum") && schema.path("enum").valueStream().noneMatch(v -> same(value, v))) {
            return false;
        }
        var type = schema.path("type");
        var types = type.isArray()
                ? type.valueStream().toList()
                : type.isMissingNode() ? List.<JsonNode>of() : List.of(type);
        return (types.isEmpty() || types.stream().anyMatch(t -> isOf(value, t.stringValue())))
                && number(value, schema)
                && string(value, schema)
                && array(value, schema)
                && object(value, schema);
    }

    private static boolean same(JsonNode a, JsonNode b) {
        return (a.isNumber() && b.isNumber()) ? a.decimalValue().compareTo(b.decimalValue()) == 0 : a.equals(b);
    }

    private static boolean isOf(JsonNode value, String type) {
        return switch (type) {
            case "object" -> value.isObject();
            case "array" -> value.isArray();
            case "string" -> value.isString();
            case "integer" -> value.isIntegralNumber();
            case "number" -> value.isNumber();
            case "boolean" -> value.isBoolean();
            default -> value.isNull();
        };
    }

    private static boolean number(JsonNode value, JsonNode schema) {
        if (!value.isNumber()) {
            return true;
        }
        var number = value.decimalValue();
        return !(schema.has("minimum")
                        && number.compareTo(schema.path("minimum").decimalValue()) < 0)
                && !(schema.has("maximum")
                        && number.compareTo(schema.path("maximum").decimalValue()) > 0)
                && !(schema.has("exclusiveMinimum")
                        && number.compareTo(schema.path("exclusiveMinimum").decimalValue()) <= 0)
                && !(schema.has("exclusiveMaximum")
                        && number.compareTo(schema.path("exclusiveMaximum").decimalValue()) >= 0);
    }

    private static boolean string(JsonNode value, JsonNode schema) {
        if (!value.isString()) {
            return true;
        }
        var text = value.stringValue();
        long length = text.codePoints().count();
        if (text.codePoints().anyMatch(c -> c >= 0xd800 && c < 0xe000)) {
            return false;
        }
        return length >= schema.path("minLength").asInt(0)
                && length <= schema.path("maxLength").asInt(Integer.MAX_VALUE)
                && (!schema.has("pattern")
                        || Pattern.compile(schema.path("pattern").stringValue())
                                .matcher(text)
                                .find())
                && format(text, schema.path("format").asString(""));
    }

    private static boolean format(String text, String format) {
        try {
            switch (format) {
                case "date" -> LocalDate.parse(text);
                case "date-time" -> {
                    // Java knows offsets up to 18 hours only.
                    OffsetDateTime.parse(text.replaceFirst("[+-]\\d\\d:\\d\\d$", "Z"));
                }
                case "uuid" -> {
                    return text.length() == 36
                            && UUID.fromString(text).toString().equalsIgnoreCase(text);
                }
                default -> {}
            }
            return true;
        } catch (DateTimeParseException | IllegalArgumentException e) {
            return false;
        }
    }

    private boolean array(JsonNode value, JsonNode schema) {
        if (!value.isArray()) {
            return true;
        }
        boolean valid = value.size() >= schema.path("minItems").asInt(0)
                && value.size() <= schema.path("maxItems").asInt(Integer.MAX_VALUE);
        var prefix = schema.path("prefixItems");
        for (int i = 0; valid && i < value.size(); i++) {
            valid = isValid(value.path(i), i < prefix.size() ? prefix.path(i) : schema.path("items"));
        }
        return valid;
    }

    private boolean object(JsonNode value, JsonNode schema) {
        if (!value.isObject()) {
            return true;
        }
        for (var name : schema.path("required")) {
            if (!value.has(name.stringValue())) {
                return false;
            }
        }
        var properties = schema.path("properties");
        for (var member : value.properties()) {
            var part = properties.has(member.getKey())
                    ? properties.path(member.getKey())
                    : schema.path("additionalProperties");
            if (!isValid(member.getValue(), part)) {
                return false;
            }
        }
        return true;
    }
}
