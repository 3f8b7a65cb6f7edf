package dev.suffice.language.constrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.suffice.core.InvalidRequestException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Masks against asking for each token. */
class ConstrainTokenMaskTest {
    /** Single bytes, pieces of documents that cut through everything, special tokens, and some tokens twice. */
    private static byte[] @Nullable [] vocabulary(List<String> documents, Random random, int pieces) {
        var tokens = new ArrayList<byte @Nullable []>();
        for (int b = 0; b < 256; b++) {
            tokens.add(new byte[] {(byte) b});
        }
        tokens.add(null);
        tokens.add(new byte[0]);
        for (int i = 0; i < pieces; i++) {
            var text = documents.get(random.nextInt(documents.size())).getBytes(StandardCharsets.UTF_8);
            int from = random.nextInt(text.length);
            tokens.add(Arrays.copyOfRange(text, from, Math.min(text.length, from + 1 + random.nextInt(9))));
        }
        tokens.add("[[[[".getBytes(StandardCharsets.UTF_8));
        tokens.add("]]]".getBytes(StandardCharsets.UTF_8));
        tokens.add("\"}]}".getBytes(StandardCharsets.UTF_8));
        tokens.add("}},\"a\":".getBytes(StandardCharsets.UTF_8));
        return tokens.toArray(new byte[0][]);
    }

    private static void check(Constraint constraint, List<String> documents, Random random) {
        var vocabulary = vocabulary(documents, random, 400);
        var mask = TokenMask.of(TokenTrie.of(vocabulary), constraint);
        for (var document : documents) {
            var state = constraint.start();
            for (byte b : document.getBytes(StandardCharsets.UTF_8)) {
                if (random.nextInt(3) == 0) {
                    assertThat(mask.allowed(state)).as(document).isEqualTo(oneByOne(state, vocabulary));
                }
                state.advance(new byte[] {b});
            }
            assertThat(mask.allowed(state)).as(document).isEqualTo(oneByOne(state, vocabulary));
            assertThat(state.mayEnd()).isTrue();
        }
    }

    private static BitSet oneByOne(ConstraintState state, byte[] @Nullable [] vocabulary) {
        var allowed = new BitSet();
        for (int token = 0; token < vocabulary.length; token++) {
            var bytes = vocabulary[token];
            if (bytes != null && bytes.length > 0 && state.allows(bytes)) {
                allowed.set(token);
            }
        }
        return allowed;
    }

    @Test
    void aMaskHasTheTokensThatTheStateAllows() {
        for (int seed = 0; seed < 40; seed++) {
            var random = new RandomSchemas(seed, true);
            var schema = random.schema();
            var documents = new ArrayList<String>();
            for (int i = 0; i < 6; i++) {
                documents.add(random.document(schema));
            }
            check(Constraint.schema(schema, Whitespace.SINGLE), documents, new Random(seed));
        }
    }

    @Test
    void alsoOfAnyDocumentAndOfDeepOnes() {
        var random = new RandomSchemas(5, true);
        var documents = new ArrayList<String>();
        for (int i = 0; i < 20; i++) {
            var out = new StringBuilder();
            random.any(out, 4);
            documents.add(out.toString());
        }
        documents.add("[".repeat(300) + "{\"a\":{\"a\":[\"}]\"]}}" + "]".repeat(300));
        check(Constraint.json(Whitespace.SINGLE), documents, new Random(5));
    }

    @Test
    void scoresOfOtherTokensAreRemoved() {
        var vocabulary = new byte[] @Nullable [] {bytes("ye"), bytes("s"), bytes("no"), null, bytes("n")};
        var constraint = Constraint.choices(List.of("yes", "no"));
        var mask = TokenMask.of(TokenTrie.of(vocabulary), constraint);
        float no = Float.NEGATIVE_INFINITY;
        var state = constraint.start();
        var logits = new float[] {1, 2, 3, 4, 5, 6};
        mask.apply(state, logits, 3);
        assertThat(logits).containsExactly(1, no, 3, no, 5, no);
        state.advance(bytes("yes"));
        logits = new float[] {1, 2, 3, 4, 5, 6};
        mask.apply(state, logits, 3, 5);
        assertThat(logits).containsExactly(no, no, no, 4, no, 6);
        var nowhere = constraint.start();
        nowhere.advance(bytes("y"));
        assertThatThrownBy(() -> mask.apply(nowhere, new float[6], 3))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("no token of the vocabulary can follow");
        assertThatThrownBy(() -> mask.allowed(Constraint.choices(List.of("yes")).start()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> nowhere.advance(bytes("x")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"x\"");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
