package dev.suffice.language;

import java.util.ArrayList;
import java.util.List;

/** What the model said of the next token, before bias, penalties and temperature. */
public final class TokenScores {
    /** Of tokens for which nobody asked. */
    static final TokenScores NOT_KEPT = new TokenScores(new float[0]);

    private final float[] logits;
    private final double sum;

    TokenScores(float[] logits) {
        this.logits = logits;
        double total = 0;
        float best = logits.length == 0 ? 0 : logits[Logits.argMax(logits)];
        for (var value : logits) {
            total += Math.exp(value - best);
        }
        this.sum = best + Math.log(total);
    }

    /**
     * A token that is likely.
     *
     * @param token its number
     * @param logProbability natural logarithm of its probability
     */
    public record Likely(int token, double logProbability) {}

    /** Natural logarithm of a token's probability; 0 if the request did not ask for scores. */
    public double logProbability(int token) {
        return logits.length == 0 ? 0 : logits[token] - sum;
    }

    /** The likeliest tokens, by falling probability; none if the request did not ask for scores. */
    public List<Likely> likeliest(int count) {
        var likeliest = new ArrayList<Likely>();
        var taken = new boolean[logits.length];
        for (int n = 0; n < Math.min(count, logits.length); n++) {
            int best = -1;
            for (int token = 0; token < logits.length; token++) {
                if (!taken[token] && (best < 0 || logits[token] > logits[best])) {
                    best = token;
                }
            }
            taken[best] = true;
            likeliest.add(new Likely(best, logProbability(best)));
        }
        return likeliest;
    }
}
