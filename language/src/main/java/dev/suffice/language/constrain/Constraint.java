package dev.suffice.language.constrain;

import dev.suffice.core.InvalidRequestException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What an output has to match. Compiled once, immutable, thread-safe; each generation has its own {@link ConstraintState}. From every state that it allows, an
 * end can be reached.
 */
public final class Constraint {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private final Automaton automaton;

    private Constraint(Map<String, Part> rules) {
        this.automaton = Determiniser.automaton(new Nfa(rules));
    }

    /**
     * JSON documents that match a schema: a subset of draft 2020-12, see docs/constrained-output.md. Properties come in the schema's order.
     *
     * @throws InvalidRequestException if the text is no JSON, or the schema uses a keyword that is not supported; the message names it and where it stands
     */
    public static Constraint schema(String schema, Whitespace whitespace) {
        try {
            return schema(JSON.readTree(schema), whitespace);
        } catch (JacksonException e) {
            throw new InvalidRequestException("schema: not valid JSON: %s".formatted(e.getOriginalMessage()));
        }
    }

    /** The same for a schema that was read already. */
    public static Constraint schema(JsonNode schema, Whitespace whitespace) {
        return new Constraint(SchemaReader.rules(schema, whitespace));
    }

    /** Any JSON document. */
    public static Constraint json(Whitespace whitespace) {
        var rules = new LinkedHashMap<String, Part>();
        rules.put("document", Part.sequence(whitespace.part(), new Part.Call(JsonParts.ANY)));
        rules.put(JsonParts.ANY, JsonParts.any(whitespace.part()));
        return new Constraint(rules);
    }

    /**
     * Texts that match a regular expression as a whole.
     *
     * @param expression the regular part of ECMA-262's: no look-around, no back references
     * @throws InvalidRequestException if it is none, or has something else in it
     */
    public static Constraint regex(String expression) {
        return new Constraint(Map.of(expression, RegularExpression.whole(expression, Utf8::character)));
    }

    /**
     * One of several texts.
     *
     * @param texts at least one
     * @throws InvalidRequestException if there is none
     */
    public static Constraint choices(List<String> texts) {
        if (texts.isEmpty()) {
            throw new InvalidRequestException("choices: none given: give at least one text");
        }
        return new Constraint(
                Map.of("choices", new Part.Choice(texts.stream().map(Part::text).toList())));
    }

    /** Where a generation begins. */
    public ConstraintState start() {
        return new ConstraintState(this, Configuration.start(automaton));
    }

    Automaton automaton() {
        return automaton;
    }
}
