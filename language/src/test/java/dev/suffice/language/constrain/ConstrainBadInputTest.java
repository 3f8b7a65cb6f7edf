package dev.suffice.language.constrain;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.suffice.core.InvalidRequestException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is refused, and that the message says why. */
class ConstrainBadInputTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'properties': {'a': {'multipleOf': 2}}} | schema at #/properties/a: keyword multipleOf is not supported",
                "{'type': 'object', 'patternProperties': {}} | keyword patternProperties",
                "{'not': {}} | keyword not",
                "{'if': {}} | keyword if",
                "{'type': 'array', 'uniqueItems': true} | uniqueItems",
                "{'type': 'array', 'contains': {}} | keyword contains",
                "{'type': 'text'} | type \"text\": must be of",
                "{'type': []} | type: the list is empty",
                "{'anyOf': []} | anyOf must be a list",
                "{'enum': []} | enum must be a list",
                "{'anyOf': [{'type': 'null'}], 'type': 'null'} | type beside anyOf",
                "{'allOf': [{}, {}]} | allOf is supported only with one",
                "{'enum': [1], 'type': 'string'} | none of the values is of type",
                "{'$ref': 'https://example.com/x'} | only references into this schema",
                "{'$ref': '#/$defs/x'} | $ref #/$defs/x: there is nothing",
                "{'$defs': {'a': {'anyOf': [{'type': 'null'}, {'$ref': '#/$defs/a'}]}}, '$ref': '#/$defs/a'} | #/$defs/a refers to itself without anything in between",
                "{'$defs': {'a': {'properties': {'a': {'$ref': '#/$defs/a'}}, 'required': ['a']}}, '$ref': '#/$defs/a'} | no text matches it",
                "{'type': 'string', 'pattern': '(?=a)'} | schema at #: pattern: regular expression (?=a), at 2: look-ahead",
                "{'type': 'string', 'pattern': 'a', 'minLength': 1} | only one at a time",
                "{'type': 'string', 'format': 'email'} | format \"email\": not supported",
                "{'type': 'string', 'minLength': 3, 'maxLength': 2} | must not be smaller",
                "{'type': 'string', 'minLength': -1} | minLength -1: must be a whole number",
                "{'type': 'string', 'maxLength': 100000} | needs more than 400000 states",
                "{'type': 'number', 'maximum': 1} | maximum of a number",
                "{'type': 'number', 'minimum': 1} | minimum 1 of a number: only 0",
                "{'type': 'integer', 'minimum': 2, 'maximum': 1} | between its bounds",
                "{'type': 'integer', 'minimum': '2'} | minimum \"2\": must be a number",
                "{'type': 'object', 'required': ['a'], 'additionalProperties': false} | required a: not among properties",
                "{'type': 'array', 'items': false, 'minItems': 1} | items is false",
                "{'properties': 1} | properties must be an object",
                "{'properties': {'a': 1}} | schema at #/properties/a: must be an object, true or false",
                "false | nothing matches it",
                "{'a': | schema: not valid JSON",
            })
    void schemasThatAreRefused(String schema, String message) {
        assertThatThrownBy(() -> Constraint.schema(schema.replace('\'', '"'), Whitespace.COMPACT))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            quoteCharacter = '`',
            value = {
                "(a `) expected`",
                "a) `) without (`",
                "[a `ends too early`",
                "*a `nothing to repeat before *`",
                "a** `nothing to repeat`",
                "a{3,2} `second number must not be smaller`",
                "a{x} `a number expected`",
                "a{99999} `more than 10000 times`",
                "(a)\\1 `\\1 is not supported`",
                "\\bword\\b `\\b is not supported`",
                "\\p{L} `\\p is not supported`",
                "(?!a)b `look-ahead`",
                "(?<=a)b `look-ahead`",
                "(^a) `^ and $ are supported only at the start and the end`",
                "a^b `^ and $ are supported only at the start and the end`",
                "[z-a] `range out of order`",
                "[\\d-z] `a range needs single characters`",
                "\\u12 `4 hexadecimal digits expected`",
                "\\ud800 `is no character`",
                "(([ab]{1000}){100}){100} `needs more than`",
                "[ab]*a[ab]{30} `tables grow too large`",
                "[] `no text matches it`",
            })
    void expressionsThatAreRefused(String expression, String message) {
        assertThatThrownBy(() -> Constraint.regex(expression))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining(message);
    }

    @Test
    void whatNestsWithoutEndIsRefused() {
        assertThatThrownBy(() -> Constraint.regex("(".repeat(100_000))).isInstanceOf(InvalidRequestException.class);
        var schema = "{\"items\":".repeat(400) + "{}" + "}".repeat(400);
        assertThatThrownBy(() -> Constraint.schema(schema, Whitespace.COMPACT))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("nested deeper");
        var deeper = "{\"items\":".repeat(100_000);
        assertThatThrownBy(() -> Constraint.schema(deeper, Whitespace.COMPACT))
                .isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> Constraint.choices(List.of()))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("at least one");
    }

    @Test
    void tooManyReadingsAreRefused() {
        var node = "{\"properties\": {\"c\": {\"$ref\": \"#/$defs/n\"}}}";
        var schema =
                "{\"$defs\": {\"n\": {\"anyOf\": [{\"$ref\": \"#/$defs/a\"}, {\"$ref\": \"#/$defs/b\"}]}, \"a\": %s, \"b\": %s}, \"$ref\": \"#/$defs/n\"}"
                        .formatted(node, node);
        var constraint = Constraint.schema(schema, Whitespace.COMPACT);
        assertThatThrownBy(() -> Walks.allowed(
                        constraint, "{\"c\":".repeat(20).getBytes(java.nio.charset.StandardCharsets.UTF_8)))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("let alternatives differ earlier");
    }
}
