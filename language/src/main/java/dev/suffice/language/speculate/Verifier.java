package dev.suffice.language.speculate;

import dev.suffice.language.sampling.TokenDistribution;
import dev.suffice.language.sampling.Writing;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Accepts of a draft what the model would have written itself (Leviathan et al. 2023, Chen et al. 2023): a token x with probability min(1, p(x) / q(x)); at
 * the first that is not accepted the model's own is drawn from max(0, p - q). What is written has exactly the distribution of writing token by token; without
 * randomness it is the same text.
 */
public final class Verifier {
    private final RandomGenerator random;

    /** A verifier; the generator is used for nothing else than the choice of tokens. */
    public Verifier(RandomGenerator random) {
        this.random = random;
    }

    /**
     * A draft that was judged.
     *
     * @param tokens that are written: the accepted ones, and one that the model chose
     * @param accepted tokens of the draft
     */
    public record Verified(List<Integer> tokens, int accepted) {
        /** Copies the list. */
        public Verified {
            tokens = List.copyOf(tokens);
        }
    }

    /** Gives the scores after the first so many tokens of a draft; they may be changed. */
    @FunctionalInterface
    public interface Scores {
        /** Scores of all tokens. */
        float[] after(int drafted);
    }

    /**
     * Judges a draft, and writes what is accepted and one token more.
     *
     * @param writing the answer so far; goes on
     * @param ends whether a token ends the answer: what is drafted behind it is not looked at
     */
    public Verified verify(
            List<DraftToken> draft, Scores scores, Writing writing, java.util.function.IntPredicate ends) {
        return verify(draft, 0, scores, writing, ends);
    }

    /**
     * The same, but takes the first tokens of the draft as they are: no scores are asked for where they are.
     *
     * @param taken how many, 0 to the length of the draft
     */
    public Verified verify(
            List<DraftToken> draft, int taken, Scores scores, Writing writing, java.util.function.IntPredicate ends) {
        var tokens = new ArrayList<Integer>();
        int accepted = 0;
        for (int i = 0; i <= draft.size(); i++) {
            int token;
            boolean kept = false;
            if (i < taken) {
                kept = true;
                token = draft.get(i).token();
            } else {
                var target = writing.next(scores.after(i));
                if (i < draft.size()) {
                    var drafted = draft.get(i);
                    kept = accepts(target, drafted);
                    token = kept
                            ? drafted.token()
                            : target.without(drafted.distribution()).draw(random);
                } else {
                    token = target.draw(random);
                }
            }
            tokens.add(token);
            writing.add(token);
            accepted += kept ? 1 : 0;
            if (!kept || ends.test(token)) {
                break;
            }
        }
        return new Verified(tokens, accepted);
    }

    private boolean accepts(TokenDistribution target, DraftToken drafted) {
        double p = target.probability(drafted.token());
        double q = drafted.distribution().probability(drafted.token());
        return p >= q || random.nextDouble() * q < p;
    }
}
