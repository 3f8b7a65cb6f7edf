package dev.suffice.language;

import dev.suffice.language.sampling.Writing;
import dev.suffice.language.speculate.DraftScores;
import dev.suffice.language.speculate.DraftToken;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.IntUnaryOperator;

/** Chooses what is drafted of the words of a head, which are fewer than the model's tokens. Not thread-safe. */
final class WordDraws {
    /** Score of what there is no word for: never drawn, unless nothing else may be. */
    private static final float UNKNOWN = -10_000;

    private final int vocabulary;
    private final Writing writing;
    private final SplittableRandom random;

    /** The answer with the draft so far; the answer itself where its choices do not depend on what was drafted. */
    private Writing ahead;

    /**
     * Of a text.
     *
     * @param vocabulary tokens of the model
     * @param seed of the answer
     */
    WordDraws(int vocabulary, Writing writing, long seed) {
        this.vocabulary = vocabulary;
        this.writing = writing;
        this.ahead = writing;
        // Not the generator of the answer's own choices.
        this.random = new SplittableRandom(~seed);
    }

    /** A draft begins. */
    void begin() {
        ahead = writing.isPlain() ? writing : writing.copy();
    }

    /**
     * The next token of the draft.
     *
     * @param scores of the words
     * @param token the model's token of each word
     */
    DraftToken next(float[] scores, IntUnaryOperator token) {
        if (writing.isPlain()) {
            int best = Logits.argMax(scores);
            return DraftToken.certain(token.applyAsInt(best), new DraftScores(scores).probability(best));
        }
        var drawn = drawn(scores, token);
        ahead.add(drawn.token());
        return drawn;
    }

    private DraftToken drawn(float[] scores, IntUnaryOperator token) {
        var all = new float[vocabulary];
        Arrays.fill(all, UNKNOWN);
        for (int i = 0; i < scores.length; i++) {
            all[token.applyAsInt(i)] = scores[i];
        }
        var said = new DraftScores(all.clone());
        var distribution = ahead.next(all);
        int drawn = distribution.draw(random);
        return new DraftToken(drawn, said.probability(drawn), distribution);
    }
}
