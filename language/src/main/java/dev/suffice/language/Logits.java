package dev.suffice.language;

/** Arithmetic on the scores of the next token. */
final class Logits {
    private Logits() {}

    /** The token of the highest score, the first of equal ones. */
    static int argMax(float[] logits) {
        int best = 0;
        for (int i = 1; i < logits.length; i++) {
            if (logits[i] > logits[best]) {
                best = i;
            }
        }
        return best;
    }

    /** The probability of a token, by the softmax of all scores. */
    static double probability(float[] logits, int token) {
        float best = logits[argMax(logits)];
        double sum = 0;
        for (var value : logits) {
            sum += Math.exp(value - best);
        }
        return Math.exp(logits[token] - best) / sum;
    }
}
