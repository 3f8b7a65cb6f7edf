package dev.suffice.language.constrain;

import dev.suffice.core.InvalidRequestException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;

/** Reads a JSON schema into rules. What it does not know it refuses: a schema that is only half obeyed is worse than none. */
final class SchemaReader {
    private static final int DEPTH = 64;
    private static final int MOST_COUNT = 100_000;
    private static final String DOCUMENT = "document";

    private static final Set<String> ANNOTATIONS = Set.of(
            "$schema",
            "$id",
            "$comment",
            "$defs",
            "definitions",
            "title",
            "description",
            "default",
            "examples",
            "deprecated",
            "readOnly",
            "writeOnly");
    private static final Map<String, Set<String>> KEYWORDS = new LinkedHashMap<>();

    static {
        KEYWORDS.put("object", Set.of("properties", "required", "additionalProperties"));
        KEYWORDS.put("array", Set.of("items", "prefixItems", "minItems", "maxItems", "uniqueItems"));
        KEYWORDS.put("string", Set.of("minLength", "maxLength", "pattern", "format"));
        var bounds = Set.of("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum");
        KEYWORDS.put("number", bounds);
        KEYWORDS.put("integer", bounds);
        KEYWORDS.put("boolean", Set.of());
        KEYWORDS.put("null", Set.of());
    }

    private final JsonNode root;
    private final Part space;
    private final Map<String, Part> rules = new LinkedHashMap<>();

    /** Where in the schema a part stands. */
    private record Place(String pointer, int depth) {
        Place down(String name) {
            return new Place(pointer + "/" + name, depth + 1);
        }

        InvalidRequestException error(String what) {
            return new InvalidRequestException("schema at %s: %s".formatted(pointer, what));
        }
    }

    private SchemaReader(JsonNode root, Part space) {
        this.root = root;
        this.space = space;
    }

    /** Rules of a schema, the first of which is the whole document. */
    static Map<String, Part> rules(JsonNode schema, Whitespace whitespace) {
        var reader = new SchemaReader(schema, whitespace.part());
        reader.rules.put(DOCUMENT, Part.NEVER);
        var value = reader.value(schema, new Place("#", 0));
        reader.rules.put(DOCUMENT, Part.sequence(whitespace.part(), value));
        return reader.rules;
    }

    private Part value(JsonNode schema, Place place) {
        if (place.depth() > DEPTH) {
            throw place.error("nested deeper than %d".formatted(DEPTH));
        }
        if (schema.isBoolean()) {
            if (schema.booleanValue()) {
                return any();
            }
            throw place.error("false: nothing matches it: leave it out");
        }
        if (!schema.isObject()) {
            throw place.error("must be an object, true or false");
        }
        for (var whole : List.of("$ref", "anyOf", "oneOf", "allOf", "const", "enum")) {
            if (schema.has(whole)) {
                alone(schema, whole, place);
                return whole(schema.path(whole), whole, schema, place);
            }
        }
        return typed(schema, place);
    }

    private Part any() {
        rules.computeIfAbsent(JsonParts.ANY, _ -> JsonParts.any(space));
        return new Part.Call(JsonParts.ANY);
    }

    /** Some keywords say all; beside them only a type may stand with values that are given, and what says nothing. */
    private static void alone(JsonNode schema, String keyword, Place place) {
        boolean given = keyword.equals("const") || keyword.equals("enum");
        for (var other : schema.propertyNames()) {
            if (!other.equals(keyword) && !ANNOTATIONS.contains(other) && !(given && other.equals("type"))) {
                throw place.error(
                        "%s beside %s is not supported: write it into what %s says".formatted(other, keyword, keyword));
            }
        }
    }

    private Part whole(JsonNode value, String keyword, JsonNode schema, Place place) {
        return switch (keyword) {
            case "$ref" -> reference(value, place);
            case "const" -> given(List.of(value), schema, place);
            case "enum" -> {
                if (!value.isArray() || value.isEmpty()) {
                    throw place.error("enum must be a list of at least one value");
                }
                yield given(value.valueStream().toList(), schema, place);
            }
            case "allOf" -> {
                if (!value.isArray() || value.size() != 1) {
                    throw place.error("allOf is supported only with one schema in it: merge them");
                }
                yield value(value.path(0), place.down("allOf/0"));
            }
            default -> {
                if (!value.isArray() || value.isEmpty()) {
                    throw place.error("%s must be a list of at least one schema".formatted(keyword));
                }
                var alternatives = new ArrayList<Part>();
                for (int i = 0; i < value.size(); i++) {
                    alternatives.add(value(value.path(i), place.down(keyword + "/" + i)));
                }
                yield new Part.Choice(List.copyOf(alternatives));
            }
        };
    }

    private Part reference(JsonNode value, Place place) {
        var reference = value.asString("");
        if (!reference.equals("#") && !reference.startsWith("#/")) {
            throw place.error(
                    "$ref %s: only references into this schema are supported, such as #/$defs/name".formatted(value));
        }
        if (!rules.containsKey(reference)) {
            var target = root.at(JsonPointer.compile(reference.substring(1)));
            if (target.isMissingNode()) {
                throw place.error("$ref %s: there is nothing".formatted(reference));
            }
            // The name is taken first, so that the rule can refer to itself.
            rules.put(reference, Part.NEVER);
            rules.put(reference, value(target, new Place(reference, place.depth() + 1)));
        }
        return new Part.Call(reference);
    }

    private Part given(List<JsonNode> values, JsonNode schema, Place place) {
        var types = schema.has("type") ? types(schema, place) : KEYWORDS.keySet();
        var texts = new ArrayList<Part>();
        for (var value : values) {
            if (types.stream().anyMatch(type -> isOf(value, type))) {
                texts.add(Part.text(written(value, place)));
            }
        }
        if (texts.isEmpty()) {
            throw place.error("none of the values is of type %s".formatted(schema.path("type")));
        }
        return new Part.Choice(List.copyOf(texts));
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

    private static String written(JsonNode value, Place place) {
        if (isEndless(value) || value.isPojo() || value.isBinary()) {
            throw place.error("%s is no value of JSON".formatted(value));
        }
        if (value.isString()) {
            return JsonParts.quoted(value.stringValue());
        }
        var out = new ArrayList<String>();
        if (value.isArray()) {
            value.forEach(item -> out.add(written(item, place)));
            return "[" + String.join(",", out) + "]";
        }
        if (value.isObject()) {
            value.properties()
                    .forEach(member ->
                            out.add(JsonParts.quoted(member.getKey()) + ":" + written(member.getValue(), place)));
            return "{" + String.join(",", out) + "}";
        }
        return value.toString();
    }

    private Part typed(JsonNode schema, Place place) {
        for (var keyword : schema.propertyNames()) {
            boolean known = keyword.equals("type")
                    || ANNOTATIONS.contains(keyword)
                    || KEYWORDS.values().stream().anyMatch(keywords -> keywords.contains(keyword));
            if (!known) {
                throw place.error(
                        "keyword %s is not supported: leave it out, and check the value afterwards".formatted(keyword));
            }
        }
        var types = schema.has("type") ? types(schema, place) : impliedTypes(schema);
        if (types.isEmpty()) {
            return any();
        }
        var alternatives = new ArrayList<Part>();
        for (var type : types) {
            alternatives.add(typed(schema, type, place));
        }
        return new Part.Choice(List.copyOf(alternatives));
    }

    private static Set<String> types(JsonNode schema, Place place) {
        var type = schema.path("type");
        var types = new LinkedHashSet<String>();
        for (var name : type.isArray() ? type.valueStream().toList() : List.of(type)) {
            if (!KEYWORDS.containsKey(name.asString(""))) {
                throw place.error("type %s: must be of %s, or a list of these".formatted(type, KEYWORDS.keySet()));
            }
            types.add(name.stringValue());
        }
        if (types.isEmpty()) {
            throw place.error("type: the list is empty");
        }
        if (types.contains("number")) {
            types.remove("integer");
        }
        return types;
    }

    /** Without a type, the one that keywords are about; strictly they say nothing of other types. */
    private static Set<String> impliedTypes(JsonNode schema) {
        var types = new LinkedHashSet<String>();
        KEYWORDS.forEach((type, keywords) -> {
            if (keywords.stream().anyMatch(schema::has)) {
                types.add(type);
            }
        });
        types.remove("integer");
        return types;
    }

    private Part typed(JsonNode schema, String type, Place place) {
        return switch (type) {
            case "object" -> object(schema, place);
            case "array" -> array(schema, place);
            case "string" -> string(schema, place);
            case "integer" -> integer(schema, place);
            case "number" -> number(schema, place);
            case "boolean" -> Part.choice(Part.text("true"), Part.text("false"));
            default -> Part.text("null");
        };
    }

    private static int count(JsonNode schema, String keyword, int otherwise, Place place) {
        var value = schema.path(keyword);
        if (value.isMissingNode()) {
            return otherwise;
        }
        if (!value.isIntegralNumber()
                || !value.canConvertToInt()
                || value.intValue() < 0
                || value.intValue() > MOST_COUNT) {
            throw place.error("%s %s: must be a whole number from 0 to %d".formatted(keyword, value, MOST_COUNT));
        }
        return value.intValue();
    }

    private static void inOrder(int least, int most, String keywords, Place place) {
        if (most != Part.UNBOUNDED && most < least) {
            throw place.error("%s: %d and %d: the second must not be smaller".formatted(keywords, least, most));
        }
    }

    private Part string(JsonNode schema, Place place) {
        int least = count(schema, "minLength", 0, place);
        int most = count(schema, "maxLength", Part.UNBOUNDED, place);
        inOrder(least, most, "minLength and maxLength", place);
        boolean length = schema.has("minLength") || schema.has("maxLength");
        if ((length ? 1 : 0) + (schema.has("pattern") ? 1 : 0) + (schema.has("format") ? 1 : 0) > 1) {
            throw place.error(
                    "pattern, format and lengths are supported only one at a time: write lengths into the pattern, as in ^.{2,5}$");
        }
        if (schema.has("pattern")) {
            if (!schema.path("pattern").isString()) {
                throw place.error("pattern %s: must be a text".formatted(schema.path("pattern")));
            }
            try {
                return JsonParts.string(
                        RegularExpression.within(schema.path("pattern").stringValue(), JsonParts::character));
            } catch (InvalidRequestException e) {
                throw place.error("pattern: " + e.getMessage());
            }
        }
        if (schema.has("format")) {
            var expression = StringFormats.EXPRESSIONS.get(schema.path("format").asString(""));
            if (expression == null) {
                throw place.error(
                        "format %s: not supported: date, date-time and uuid are; leave it out, or write a pattern"
                                .formatted(schema.path("format")));
            }
            return JsonParts.string(RegularExpression.whole(expression, JsonParts::character));
        }
        return JsonParts.string(least, most);
    }

    private static Optional<BigDecimal> bound(JsonNode schema, String keyword, Place place) {
        var value = schema.path(keyword);
        if (value.isMissingNode()) {
            return Optional.empty();
        }
        if (!value.isNumber() || isEndless(value)) {
            throw place.error("%s %s: must be a number".formatted(keyword, value));
        }
        return Optional.of(value.decimalValue());
    }

    /** Whether it is a number of Java's that JSON does not have. */
    private static boolean isEndless(JsonNode value) {
        return value.isFloatingPointNumber() && !value.isBigDecimal() && !Double.isFinite(value.doubleValue());
    }

    private Part integer(JsonNode schema, Place place) {
        var low = IntegerRange.SMALLEST;
        var high = IntegerRange.LARGEST;
        var minimum = bound(schema, "minimum", place);
        var above = bound(schema, "exclusiveMinimum", place);
        var maximum = bound(schema, "maximum", place);
        var below = bound(schema, "exclusiveMaximum", place);
        if (minimum.isPresent()) {
            low = low.max(rounded(minimum.get(), RoundingMode.CEILING));
        }
        if (above.isPresent()) {
            low = low.max(rounded(above.get(), RoundingMode.FLOOR).add(BigInteger.ONE));
        }
        if (maximum.isPresent()) {
            high = high.min(rounded(maximum.get(), RoundingMode.FLOOR));
        }
        if (below.isPresent()) {
            high = high.min(rounded(below.get(), RoundingMode.CEILING).subtract(BigInteger.ONE));
        }
        if (low.compareTo(high) > 0) {
            throw place.error("no whole number of at most 20 digits lies between its bounds");
        }
        return IntegerRange.between(low, high);
    }

    private static BigInteger rounded(BigDecimal value, RoundingMode mode) {
        // Digits before the point; neither a huge number nor a tiny one is written out.
        long digits = (long) value.precision() - value.scale();
        if (digits > 30) {
            return value.signum() < 0
                    ? IntegerRange.SMALLEST.subtract(BigInteger.ONE)
                    : IntegerRange.LARGEST.add(BigInteger.ONE);
        }
        if (digits < 0) {
            int up = mode == RoundingMode.CEILING ? 1 : -1;
            return value.signum() == up ? BigInteger.valueOf(up) : BigInteger.ZERO;
        }
        return value.setScale(0, mode).toBigInteger();
    }

    private Part number(JsonNode schema, Place place) {
        for (var keyword : List.of("maximum", "exclusiveMinimum", "exclusiveMaximum")) {
            if (schema.has(keyword)) {
                throw place.error(
                        "%s of a number is not supported: make it an integer, or leave it out".formatted(keyword));
            }
        }
        var minimum = bound(schema, "minimum", place);
        if (minimum.isPresent() && minimum.get().signum() != 0) {
            throw place.error("minimum %s of a number: only 0 is supported: make it an integer, or leave it out"
                    .formatted(minimum.get().toString()));
        }
        return JsonParts.number(minimum.isEmpty());
    }

    private Part array(JsonNode schema, Place place) {
        if (schema.path("uniqueItems").asBoolean(false)) {
            throw place.error("uniqueItems is not supported: leave it out, and check the value afterwards");
        }
        int least = count(schema, "minItems", 0, place);
        int most = count(schema, "maxItems", Part.UNBOUNDED, place);
        inOrder(least, most, "minItems and maxItems", place);
        var first = new ArrayList<Part>();
        var prefix = schema.path("prefixItems");
        for (int i = 0; i < prefix.size(); i++) {
            first.add(value(prefix.path(i), place.down("prefixItems/" + i)));
        }
        boolean closed =
                schema.path("items").isBoolean() && !schema.path("items").booleanValue();
        if (closed) {
            if (least > first.size()) {
                throw place.error("minItems %d: items is false, and prefixItems has %d".formatted(least, first.size()));
            }
            most = most == Part.UNBOUNDED ? first.size() : Math.min(most, first.size());
        }
        int written = most == Part.UNBOUNDED ? Math.max(least, first.size()) : most;
        var rest = closed ? Optional.<Part>empty() : Optional.of(rest(schema, written > first.size(), place));
        var items = new ArrayList<Part.Item>();
        for (int i = 0; i < written; i++) {
            items.add(new Part.Item(i < first.size() ? first.get(i) : rest.orElseThrow(), false, i >= least));
        }
        return JsonParts.array(items, most == Part.UNBOUNDED ? rest : Optional.empty(), space);
    }

    /** What items are after the first ones; a rule of its own if it is written several times. */
    private Part rest(JsonNode schema, boolean several, Place place) {
        if (!schema.has("items")) {
            return any();
        }
        var part = value(schema.path("items"), place.down("items"));
        if (!several || part instanceof Part.Call) {
            return part;
        }
        var rule = "repeated " + rules.size();
        rules.put(rule, part);
        return new Part.Call(rule);
    }

    private Part object(JsonNode schema, Place place) {
        var properties = schema.path("properties");
        if (!properties.isMissingNode() && !properties.isObject()) {
            throw place.error("properties must be an object");
        }
        var required = new LinkedHashSet<String>();
        for (var name : schema.path("required")) {
            required.add(name.asString(""));
        }
        var more = schema.path("additionalProperties");
        boolean closed = more.isMissingNode()
                ? !properties.isEmpty() || !required.isEmpty()
                : more.isBoolean() && !more.booleanValue();
        var members = new ArrayList<Part.Item>();
        var names = new LinkedHashSet<String>();
        for (var property : properties.properties()) {
            var name = property.getKey();
            names.add(name);
            var part = value(property.getValue(), place.down("properties/" + name));
            members.add(member(name, part, !required.contains(name)));
        }
        for (var name : required) {
            if (names.add(name)) {
                if (more.isBoolean() && !more.booleanValue()) {
                    throw place.error(
                            "required %s: not among properties, and additionalProperties is false".formatted(name));
                }
                members.add(member(name, others(more, place), false));
            }
        }
        var rest = closed
                ? Optional.<Part>empty()
                : Optional.of(JsonParts.member(JsonParts.stringBut(List.copyOf(names)), others(more, place), space));
        return JsonParts.object(members, rest, space);
    }

    private Part.Item member(String name, Part value, boolean skippable) {
        return new Part.Item(JsonParts.member(Part.text(JsonParts.quoted(name)), value, space), skippable, false);
    }

    private Part others(JsonNode more, Place place) {
        return more.isMissingNode() ? any() : value(more, place.down("additionalProperties"));
    }
}
