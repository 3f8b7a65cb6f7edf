package dev.suffice.language;

/** Arithmetic on the scores of the next token. */
public final class Logits {
    private Logits() {}

    /** The token of the highest score, the first of equal ones. */
    public static int argMax(float[] logits) {
        int best = 0;
        for (int i = 1; i < logits.length; i++) {
            if (logits[i] > logits[best]) {
                best = i;
            }
        }
        return best;
    }
}
