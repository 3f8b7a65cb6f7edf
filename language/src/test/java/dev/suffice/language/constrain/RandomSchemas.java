package dev.suffice.language.constrain;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Random schemas of what is supported, and random documents of a schema, without any automaton. */
final class RandomSchemas {
    static final JsonMapper JSON = JsonMapper.shared();

    private static final List<String> NAMES = List.of("a", "ab", "b", "name", "näme", "x\"y", "🙂", "a/b", "\n");
    private static final List<String> CHARACTERS =
            List.of("a", "b", "Z", "0", " ", "é", "€", "🙂", "\"", "\\", "/", "\n", "\t", "\u0001", "\u007f", "\uffff");
    private static final List<String> PATTERNS =
            List.of("^[a-c]{2,4}$", "^(ab|c)*$", "x\\d+", "^\\w+@[^@]$", "^.\"\\\\$", "é|^🙂");

    private final Random random;
    private final boolean blanks;

    RandomSchemas(long seed, boolean blanks) {
        this.random = new Random(seed);
        this.blanks = blanks;
    }

    <T> T one(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    /** With two definitions, the first of which refers to itself. */
    ObjectNode schema() {
        var schema = part(3);
        var definitions = JSON.createObjectNode();
        var tree = definitions.putObject("tree").put("type", "object");
        tree.putArray("required").add("value");
        tree.putObject("properties").set("value", part(0));
        ((ObjectNode) tree.path("properties"))
                .putObject("children")
                .put("type", "array")
                .putObject("items")
                .put("$ref", "#/$defs/tree");
        definitions.set("leaf", part(0));
        schema.set("$defs", definitions);
        return schema;
    }

    private ObjectNode part(int depth) {
        var schema = JSON.createObjectNode();
        switch (random.nextInt(depth == 0 ? 7 : 12)) {
            case 0 -> schema.put("type", "boolean");
            case 1 -> schema.put("type", "null");
            case 2 -> integer(schema);
            case 3 -> string(schema);
            case 4 -> {
                schema.put("type", "number");
                if (random.nextBoolean()) {
                    schema.put("minimum", 0);
                }
            }
            case 5 ->
                schema.putArray("enum")
                        .add("one")
                        .add("ön\"e")
                        .add(2)
                        .addNull()
                        .add(1.5)
                        .add(true);
            case 6 -> schema.putArray("type").add("integer").add("null").add("string");
            case 7 -> schema.put("$ref", random.nextBoolean() ? "#/$defs/tree" : "#/$defs/leaf");
            case 8 ->
                schema.putArray(random.nextBoolean() ? "anyOf" : "oneOf")
                        .add(part(depth - 1))
                        .add(part(depth - 1));
            case 9 -> array(schema, depth);
            default -> object(schema, depth);
        }
        return schema;
    }

    private void integer(ObjectNode schema) {
        schema.put("type", "integer");
        if (random.nextBoolean()) {
            schema.put(random.nextBoolean() ? "minimum" : "exclusiveMinimum", random.nextInt(-1200, 100));
        }
        if (random.nextBoolean()) {
            schema.put(random.nextBoolean() ? "maximum" : "exclusiveMaximum", random.nextInt(110, 12_000));
        }
    }

    private void string(ObjectNode schema) {
        schema.put("type", "string");
        switch (random.nextInt(4)) {
            case 0 -> schema.put("pattern", one(PATTERNS));
            case 1 -> schema.put("minLength", random.nextInt(3)).put("maxLength", 2 + random.nextInt(4));
            case 2 -> schema.put("format", one(List.of("date", "date-time", "uuid")));
            default -> {}
        }
    }

    private void array(ObjectNode schema, int depth) {
        schema.put("type", "array");
        int prefix = random.nextInt(3);
        if (prefix > 0) {
            var items = schema.putArray("prefixItems");
            for (int i = 0; i < prefix; i++) {
                items.add(part(depth - 1));
            }
        }
        if (random.nextInt(4) > 0) {
            schema.set("items", part(depth - 1));
        }
        if (random.nextBoolean()) {
            schema.put("minItems", random.nextInt(3));
        }
        if (random.nextBoolean()) {
            schema.put("maxItems", 2 + random.nextInt(3));
        }
    }

    private void object(ObjectNode schema, int depth) {
        schema.put("type", "object");
        var properties = schema.putObject("properties");
        var required = JSON.createArrayNode();
        int count = random.nextInt(5);
        for (int i = 0; i < count; i++) {
            var name = one(NAMES);
            if (!properties.has(name)) {
                properties.set(name, part(depth - 1));
                if (random.nextBoolean()) {
                    required.add(name);
                }
            }
        }
        schema.set("required", required);
        switch (random.nextInt(4)) {
            case 0 -> schema.put("additionalProperties", false);
            case 1 -> schema.put("additionalProperties", true);
            case 2 -> schema.set("additionalProperties", part(depth - 1));
            default -> {}
        }
    }

    /** A text of a schema. */
    String document(JsonNode schema) {
        var out = new StringBuilder();
        blank(out);
        write(schema, schema, out, 4);
        return out.toString();
    }

    private void blank(StringBuilder out) {
        if (blanks && random.nextInt(3) == 0) {
            out.append(random.nextBoolean() ? ' ' : '\n');
        }
    }

    private void write(JsonNode root, JsonNode schema, StringBuilder out, int depth) {
        for (var keyword : List.of("anyOf", "oneOf")) {
            if (schema.has(keyword)) {
                write(
                        root,
                        schema.path(keyword)
                                .path(random.nextInt(schema.path(keyword).size())),
                        out,
                        depth);
                return;
            }
        }
        if (schema.has("$ref")) {
            write(
                    root,
                    root.path("$defs").path(schema.path("$ref").stringValue().substring(8)),
                    out,
                    depth - 1);
            return;
        }
        if (schema.has("enum")) {
            out.append(schema.path("enum")
                    .path(random.nextInt(schema.path("enum").size()))
                    .toString());
            return;
        }
        var types = schema.path("type").isArray()
                ? schema.path("type").valueStream().map(JsonNode::stringValue).toList()
                : List.of(schema.path("type").asString("any"));
        switch (one(types)) {
            case "boolean" -> out.append(random.nextBoolean());
            case "null" -> out.append("null");
            case "integer" -> out.append(integerOf(schema));
            case "number" -> number(schema.has("minimum"), out);
            case "string" -> stringOf(schema, out);
            case "array" -> arrayOf(root, schema, out, depth);
            case "object" -> objectOf(root, schema, out, depth);
            default -> any(out, Math.min(depth, 2));
        }
    }

    private long integerOf(JsonNode schema) {
        long low = schema.has("minimum")
                ? schema.path("minimum").longValue()
                : schema.has("exclusiveMinimum")
                        ? schema.path("exclusiveMinimum").longValue() + 1
                        : -1_000_000_000_000L;
        long high = schema.has("maximum")
                ? schema.path("maximum").longValue()
                : schema.has("exclusiveMaximum")
                        ? schema.path("exclusiveMaximum").longValue() - 1
                        : 1_000_000_000_000L;
        return switch (random.nextInt(4)) {
            case 0 -> low;
            case 1 -> high;
            default -> random.nextLong(low, high + 1);
        };
    }

    private void number(boolean positive, StringBuilder out) {
        out.append(positive || random.nextBoolean() ? "" : "-");
        out.append(random.nextInt(3) == 0 ? "0" : String.valueOf(1 + random.nextInt(100_000)));
        out.append(random.nextBoolean() ? "." + "%03d".formatted(random.nextInt(1000)) : "");
        out.append(random.nextInt(3) == 0 ? one(List.of("e5", "E-3", "e+10")) : "");
    }

    private void stringOf(JsonNode schema, StringBuilder out) {
        if (schema.has("pattern")) {
            var texts = switch (PATTERNS.indexOf(schema.path("pattern").stringValue())) {
                case 0 -> List.of("ab", "cab", "aaaa");
                case 1 -> List.of("", "ab", "cccabab");
                case 2 -> List.of("x1", "\"🙂x22yy", "xx9 ");
                case 3 -> List.of("a@b", "a_9@\n", "Z@🙂");
                case 4 -> List.of("a\"\\", "\"\"\\", "🙂\"\\");
                default -> List.of("é", "\téa", "🙂", "🙂🙂");
            };
            out.append(JSON.writeValueAsString(one(texts)));
            return;
        }
        if (schema.has("format")) {
            var date = java.time.LocalDate.ofEpochDay(random.nextLong(-700_000, 2_900_000));
            var uuid = new java.util.UUID(random.nextLong(), random.nextLong());
            out.append('"')
                    .append(
                            switch (schema.path("format").stringValue()) {
                                case "date" -> date;
                                case "uuid" -> uuid;
                                default ->
                                    date + "T23:59:07" + one(List.of("", ".5", ".123456789"))
                                            + one(List.of("Z", "+05:30"));
                            })
                    .append('"');
            return;
        }
        int least = schema.path("minLength").asInt(0);
        int most = schema.path("maxLength").asInt(least + 6);
        string(least + random.nextInt(most - least + 1), out);
    }

    private void string(int length, StringBuilder out) {
        var text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append(one(CHARACTERS));
        }
        out.append(JSON.writeValueAsString(text.toString()));
    }

    private void arrayOf(JsonNode root, JsonNode schema, StringBuilder out, int depth) {
        int least = schema.path("minItems").asInt(0);
        int most = schema.path("maxItems").asInt(depth > 0 ? least + 3 : least);
        int count = depth <= 0 ? least : least + random.nextInt(Math.max(1, most - least + 1));
        out.append('[');
        blank(out);
        for (int i = 0; i < count; i++) {
            if (i > 0) {
                out.append(',');
                blank(out);
            }
            var prefix = schema.path("prefixItems");
            write(root, i < prefix.size() ? prefix.path(i) : schema.path("items"), out, depth - 1);
            blank(out);
        }
        out.append(']');
    }

    private void objectOf(JsonNode root, JsonNode schema, StringBuilder out, int depth) {
        var required =
                schema.path("required").valueStream().map(JsonNode::stringValue).toList();
        var members = new ArrayList<String>();
        schema.path("properties").properties().forEach(property -> {
            if (required.contains(property.getKey()) || (depth > 0 && random.nextBoolean())) {
                members.add(member(root, property.getKey(), property.getValue(), depth));
            }
        });
        var more = schema.path("additionalProperties");
        boolean open = more.isObject()
                || (more.isBoolean() && more.booleanValue())
                || (more.isMissingNode() && schema.path("properties").isEmpty() && required.isEmpty());
        if (open && depth > 0) {
            var others = List.of("other", "abc", "na", "", "ä", "🙃", "x\"");
            for (int i = 0; i < random.nextInt(3); i++) {
                members.add(member(root, one(others), more, depth));
            }
        }
        out.append('{');
        blank(out);
        for (int i = 0; i < members.size(); i++) {
            if (i > 0) {
                out.append(',');
                blank(out);
            }
            out.append(members.get(i));
            blank(out);
        }
        out.append('}');
    }

    private String member(JsonNode root, String name, JsonNode schema, int depth) {
        var out = new StringBuilder(JSON.writeValueAsString(name));
        blank(out);
        out.append(':');
        blank(out);
        write(root, schema, out, depth - 1);
        return out.toString();
    }

    /** Any document. */
    void any(StringBuilder out, int depth) {
        switch (random.nextInt(depth > 0 ? 6 : 4)) {
            case 0 -> out.append(one(List.of("true", "false", "null")));
            case 1 -> number(false, out);
            case 2, 3 -> string(random.nextInt(5), out);
            case 4 -> {
                out.append('[');
                blank(out);
                for (int i = 0; i < random.nextInt(4); i++) {
                    out.append(i > 0 ? "," : "");
                    any(out, depth - 1);
                }
                out.append(out.charAt(out.length() - 1) == ',' ? "0]" : "]");
            }
            default -> {
                out.append("{");
                blank(out);
                out.append("\"k\"");
                blank(out);
                out.append(':');
                any(out, depth - 1);
                blank(out);
                out.append('}');
            }
        }
    }
}
