package dev.suffice.language.speculate;

/** What a draft model said of the place of a token, over all tokens of its own. Immutable. */
public final class DraftScores {
    /** How many of the likeliest tokens are told of. */
    public static final int LIKELIEST = 10;

    /** Exponentials below e to this are not added: most are, and all together they do not change the sum. */
    private static final double NOTHING = -40;

    private final float[] logits;
    private final double best;

    /** Natural logarithm of the sum of all exponentials. */
    private final double sum;

    /**
     * Of scores.
     *
     * @param logits scores of all tokens, at least one, kept as they are: must not change
     */
    public DraftScores(float[] logits) {
        this.logits = logits;
        double most = Double.NEGATIVE_INFINITY;
        for (var value : logits) {
            most = Math.max(most, value);
        }
        double total = 0;
        for (var value : logits) {
            if (value - most > NOTHING) {
                total += Math.exp(value - most);
            }
        }
        this.best = most;
        this.sum = most + Math.log(total);
    }

    /** The probability of a token. */
    public double probability(int token) {
        return Math.exp(logits[token] - sum);
    }

    /** The probabilities of the {@value #LIKELIEST} likeliest tokens, falling; 0 where there are not as many. */
    public double[] likeliest() {
        var kept = new double[LIKELIEST];
        java.util.Arrays.fill(kept, Double.NEGATIVE_INFINITY);
        for (var value : logits) {
            int at = LIKELIEST;
            while (at > 0 && value > kept[at - 1]) {
                at--;
            }
            if (at < LIKELIEST) {
                System.arraycopy(kept, at, kept, at + 1, LIKELIEST - 1 - at);
                kept[at] = value;
            }
        }
        for (int i = 0; i < LIKELIEST; i++) {
            kept[i] = Math.exp(kept[i] - sum);
        }
        return kept;
    }

    /** The entropy of the distribution, in nats. */
    public double entropy() {
        double mean = 0;
        for (var value : logits) {
            double shifted = value - best;
            // What may not be written adds nothing.
            mean += shifted > -700 ? Math.exp(value - sum) * shifted : 0;
        }
        return sum - best - mean;
    }
}
