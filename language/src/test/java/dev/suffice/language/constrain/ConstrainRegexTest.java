package dev.suffice.language.constrain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Regular expressions against Java's, choices against themselves. */
class ConstrainRegexTest {
    private static String expression(Random random, int depth) {
        return switch (random.nextInt(depth == 0 ? 5 : 10)) {
            case 0 -> "a";
            case 1 -> "é";
            case 2 -> "[ab]";
            case 3 -> "[^aé]";
            case 4 -> ".";
            case 5 -> "(" + expression(random, depth - 1) + "|" + expression(random, depth - 1) + ")";
            case 6 ->
                "(?:" + expression(random, depth - 1) + ")"
                        + List.of("*", "+", "?", "{2}", "{1,3}", "{2,}", "*?").get(random.nextInt(7));
            case 7 -> "[b-c🙂]" + List.of("*", "?", "").get(random.nextInt(3));
            default -> expression(random, depth - 1) + expression(random, depth - 1);
        };
    }

    private static String text(Random random) {
        var out = new StringBuilder();
        for (int i = random.nextInt(7); i > 0; i--) {
            out.append(List.of("a", "b", "c", "é", "🙂", "\n").get(random.nextInt(6)));
        }
        return out.toString();
    }

    @Test
    void expressionsMatchWhatJavaSaysTheyMatch() {
        var random = new Random(3);
        for (int i = 0; i < 400; i++) {
            var expression = expression(random, 4);
            var constraint = Constraint.regex(expression);
            var pattern = Pattern.compile(expression);
            var schema = RandomSchemas.JSON.createObjectNode().put("pattern", expression);
            var within = Constraint.schema(schema, Whitespace.COMPACT);
            for (int k = 0; k < 60; k++) {
                var text = text(random);
                assertThat(Walks.accepts(constraint, text))
                        .as("%s: %s", expression, text)
                        .isEqualTo(pattern.matcher(text).matches());
                assertThat(Walks.accepts(within, RandomSchemas.JSON.writeValueAsString(text)))
                        .as("%s within %s", expression, text)
                        .isEqualTo(pattern.matcher(text).find());
            }
            for (int k = 0; k < 5; k++) {
                Walks.random(constraint, random, 200)
                        .ifPresent(text -> assertThat(pattern.matcher(text).matches())
                                .as("%s: %s", expression, text)
                                .isTrue());
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            quoteCharacter = '`',
            value = {
                "^\\d{3}-\\d{4}$ 555-1234 555-123",
                "[\\w.+-]+@[a-z]+\\.[a-z]{2,} a.b+c@d.ef a@b",
                "\\u00e9\\x41\\u{1F642} éA🙂 éA",
                "[\\]\\-a] - b",
                "[a\\-c]+ a-c b",
                "(?<year>\\d{4})|x 2026 y",
                "\\$\\{x\\} ${x} x",
                "a|bc bc ac",
                "^a$|^b$ b ab",
                "[^] x ``",
            })
    void expressionsOfAllKinds(String expression, String matching, String other) {
        assertThat(Walks.accepts(Constraint.regex(expression), matching)).isTrue();
        assertThat(Walks.accepts(Constraint.regex(expression), other)).isFalse();
    }

    @Test
    void oneOfSeveralTexts() {
        var constraint = Constraint.choices(List.of("yes", "no", "no way", "nö"));
        for (var text : List.of("yes", "no", "no way", "nö")) {
            assertThat(Walks.accepts(constraint, text)).isTrue();
        }
        for (var text : List.of("", "y", "yesno", "no w", "n", "now")) {
            assertThat(Walks.accepts(constraint, text)).isFalse();
        }
    }

    @Test
    void statesAreIndependentAndKnowTheirEnd() {
        var state = Constraint.choices(List.of("no", "no way")).start();
        state.advance(new byte[] {'n', 'o'});
        assertThat(state.mayEnd()).isTrue();
        assertThat(state.mustEnd()).isFalse();
        var tried = state.copy();
        tried.advance(" way".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        assertThat(tried.mustEnd()).isTrue();
        assertThat(state.mayEnd()).isTrue();
        assertThat(state.allows(new byte[] {' '})).isTrue();
        assertThat(state.allows(new byte[] {'x'})).isFalse();
    }
}
