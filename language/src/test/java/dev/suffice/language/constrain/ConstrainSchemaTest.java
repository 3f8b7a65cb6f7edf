package dev.suffice.language.constrain;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Schemas against a generator and a validator that know nothing of automata. */
class ConstrainSchemaTest {
    private static final int SCHEMAS = 120;
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(tools.jackson.databind.DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(tools.jackson.databind.DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private static boolean isValid(JsonNode schema, String document) {
        try {
            return new DirectValidator(schema).isValid(JSON.readTree(document));
        } catch (JacksonException e) {
            return false;
        }
    }

    @ParameterizedTest
    @EnumSource(Whitespace.class)
    void everyPrefixOfADocumentIsAllowed(Whitespace whitespace) {
        for (int seed = 0; seed < SCHEMAS; seed++) {
            var random = new RandomSchemas(seed, whitespace == Whitespace.SINGLE);
            var schema = random.schema();
            var constraint = Constraint.schema(schema, whitespace);
            for (int i = 0; i < 20; i++) {
                var document = random.document(schema);
                assertThat(isValid(schema, document))
                        .as("%s: %s", schema, document)
                        .isTrue();
                var bytes = document.getBytes(StandardCharsets.UTF_8);
                assertThat(Walks.allowed(constraint, bytes))
                        .as("%s: %s", schema, document)
                        .isEqualTo(bytes.length);
                assertThat(Walks.accepts(constraint, bytes))
                        .as("%s: %s", schema, document)
                        .isTrue();
            }
        }
    }

    @Test
    void aChangedDocumentIsRefusedWhereItGoesWrongUnlessItIsStillOne() {
        int refused = 0;
        for (int seed = 0; seed < SCHEMAS; seed++) {
            var random = new RandomSchemas(seed, true);
            var schema = random.schema();
            var constraint = Constraint.schema(schema, Whitespace.SINGLE);
            var changes = new Random(seed);
            for (int i = 0; i < 40; i++) {
                var document = random.document(schema);
                int at = changes.nextInt(document.length());
                var changed = document.substring(0, at)
                        + random.one(java.util.List.of("", "\"", "}", "]", ",", "0", "x", " ", "{", "\\", "-", "é"))
                        + document.substring(Math.min(document.length(), at + changes.nextInt(3)));
                var bytes = changed.getBytes(StandardCharsets.UTF_8);
                if (Walks.accepts(constraint, bytes)) {
                    // Halves of surrogates became question marks.
                    assertThat(isValid(schema, new String(bytes, StandardCharsets.UTF_8)))
                            .as("%s: %s", schema, changed)
                            .isTrue();
                } else {
                    refused++;
                    // Up to the change nothing can be wrong, for the whole was allowed before it.
                    int before = document.substring(0, at).getBytes(StandardCharsets.UTF_8).length;
                    assertThat(Walks.allowed(constraint, bytes))
                            .as("%s: %s", schema, changed)
                            .isGreaterThanOrEqualTo(Character.isLowSurrogate(document.charAt(at)) ? 0 : before);
                }
            }
        }
        assertThat(refused).isGreaterThan(10 * SCHEMAS);
    }

    @Test
    void randomWalksGiveValidDocuments() {
        int ended = 0;
        for (int seed = 0; seed < SCHEMAS; seed++) {
            var schema = new RandomSchemas(seed, false).schema();
            var constraint = Constraint.schema(schema, seed % 2 == 0 ? Whitespace.COMPACT : Whitespace.SINGLE);
            for (int i = 0; i < 10; i++) {
                var document = Walks.random(constraint, new Random(100L * seed + i), 600);
                ended += document.isPresent() ? 1 : 0;
                document.ifPresent(text -> assertThat(isValid(schema, text))
                        .as("%s: %s", schema, text)
                        .isTrue());
            }
        }
        assertThat(ended).isGreaterThan(8 * SCHEMAS);
    }

    private static Constraint compact(String schema) {
        return Constraint.schema(schema, Whitespace.COMPACT);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'const': {'a': [1, 'x']}} | {'a':[1,'x']} | {'a':[1,'y']}",
                "{'type': ['integer', 'null']} | null | true",
                "{'enum': ['a', 1], 'type': 'string'} | 'a' | 1",
                "{'type': 'array', 'prefixItems': [{'type': 'null'}], 'items': false} | [null] | [null,null]",
                "{'type': 'array', 'items': {'type': 'integer'}, 'minItems': 2, 'maxItems': 3} | [1,2,3] | [1]",
                "{'type': 'array', 'prefixItems': [{'type': 'null'}, {'type': 'boolean'}], 'minItems': 1} | [null,true,{}] | []",
                "{'required': ['x'], 'additionalProperties': {'type': 'null'}} | {'x':null,'y':null} | {'y':null}",
                "{'properties': {'a': true, 'b': {}}} | {'b':[]} | {'c':1}",
                "{'additionalProperties': {'type': 'integer'}} | {'z':1} | {'z':'1'}",
                "{'properties': {'ab': {'type': 'null'}}, 'additionalProperties': {'type': 'integer'}} | {'ab':null,'a':1,'abc':2} | {'ab':1}",
                "{'properties': {'a': {'$ref': '#'}}, 'additionalProperties': false} | {'a':{'a':{}}} | {'a':{'b':{}}}",
                "{'allOf': [{'type': 'null'}], 'title': 'x', 'description': 'y'} | null | 1",
                "{'$defs': {'a/b': {'type': 'null'}}, '$ref': '#/$defs/a~1b'} | null | 1",
                "{'minLength': 1} | 'a' | ''",
                "{'type': 'integer', 'minimum': 0.5, 'exclusiveMaximum': 3} | 2 | 3",
                "{'type': 'integer', 'minimum': 1e400, 'maximum': 1e500} | 0 | 0",
                "true | {'a':[]} | {a:[]}",
            })
    void keywordsMeanWhatTheyMean(String schema, String valid, String invalid) {
        if (schema.contains("1e400")) {
            org.assertj.core.api.Assertions.assertThatThrownBy(() -> compact(schema.replace('\'', '"')))
                    .hasMessageContaining("between its bounds");
            return;
        }
        var constraint = compact(schema.replace('\'', '"'));
        assertThat(Walks.accepts(constraint, valid.replace('\'', '"'))).isTrue();
        assertThat(Walks.accepts(constraint, invalid.replace('\'', '"'))).isFalse();
    }

    @Test
    void integersLieBetweenTheirBounds() {
        var random = new Random(7);
        for (int i = 0; i < 300; i++) {
            int scale = (int) Math.pow(10, 1 + i % 5);
            long low = random.nextInt(-scale, scale);
            long high = low + random.nextInt(scale);
            var constraint = compact("{\"type\": \"integer\", \"minimum\": %d, \"maximum\": %d}".formatted(low, high));
            for (int k = 0; k < 40; k++) {
                long value = low + random.nextInt(-scale / 2, 2 * scale);
                assertThat(Walks.accepts(constraint, String.valueOf(value)))
                        .as("%d in %d..%d", value, low, high)
                        .isEqualTo(value >= low && value <= high);
            }
            assertThat(Walks.accepts(constraint, "0" + Math.abs(high))).isFalse();
            assertThat(Walks.accepts(constraint, "-0")).isFalse();
        }
    }

    @Test
    void datesAreThoseOfTheCalendar() {
        var constraint = compact("{\"format\": \"date\"}");
        for (int year : new int[] {1, 1900, 1999, 2000, 2023, 2024, 2100, 2400}) {
            for (int month = 0; month <= 13; month++) {
                for (int day = 0; day <= 32; day++) {
                    boolean valid = month >= 1
                            && month <= 12
                            && day >= 1
                            && day <= java.time.YearMonth.of(year, month).lengthOfMonth();
                    var date = "%04d-%02d-%02d".formatted(year, month, day);
                    assertThat(Walks.accepts(constraint, "\"" + date + "\""))
                            .as(date)
                            .isEqualTo(valid);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"\\ud83d\\ude42\"",
                "\"\\u00E9\\/\\b\"",
                "\"\u007f\uffff🙂\"",
                "-0.5E+10",
                "[ {\n} ,\n1 ]",
                " {\"a\" :\n[]\n}"
            })
    void documentsAreAllowed(String document) {
        assertThat(Walks.accepts(Constraint.json(Whitespace.SINGLE), document)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"\\ud83d\"",
                "\"\\ud83d\\u0041\"",
                "\"\\ude42\"",
                "\"\\x\"",
                "\"\n\"",
                "01",
                "+1",
                ".5",
                "1.",
                "1e",
                "-",
                "[1,]",
                "{\"a\"}",
                "{\"a\":1,}",
                "{,}",
                "[,]",
                "[1  ,2]",
                "{  }",
                "1 ",
                "nul",
                "'a'",
                "{a:1}",
                "",
                "[1 2]",
                "1e999",
                "  1",
                "[\t1]"
            })
    void othersAreNot(String document) {
        assertThat(Walks.accepts(Constraint.json(Whitespace.SINGLE), document)).isFalse();
    }

    @Test
    void bytesAreThoseOfUtf8() {
        var constraint = Constraint.json(Whitespace.COMPACT);
        int[][] bad = {
            {0x80},
            {0xc0, 0x80},
            {0xc1, 0xbf},
            {0xe0, 0x80, 0x80},
            {0xed, 0xa0, 0x80},
            {0xf0, 0x80, 0x80, 0x80},
            {0xf4, 0x90, 0x80, 0x80},
            {0xf5},
            {0xff},
            {0xe2, 0x28}
        };
        for (var bytes : bad) {
            var text = new byte[bytes.length + 2];
            text[0] = '"';
            for (int i = 0; i < bytes.length; i++) {
                text[i + 1] = (byte) bytes[i];
            }
            text[bytes.length + 1] = '"';
            assertThat(Walks.accepts(constraint, text))
                    .as(java.util.Arrays.toString(bytes))
                    .isFalse();
        }
        for (int c = 0x20; c <= 0x10ffff; c += c < 0x3000 ? 1 : 97) {
            boolean allowed = (c < 0xd800 || c > 0xdfff) && c != '"' && c != '\\';
            if (c < 0xd800 || c > 0xdfff) {
                assertThat(Walks.accepts(constraint, "\"" + Character.toString(c) + "\""))
                        .isEqualTo(allowed);
            }
        }
    }
}
