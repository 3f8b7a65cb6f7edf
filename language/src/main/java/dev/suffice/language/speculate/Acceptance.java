package dev.suffice.language.speculate;

/**
 * How often tokens of a drafter are accepted, by its confidence and their position in the draft, given that all before them are; older observations fade.
 * Not thread-safe.
 */
final class Acceptance {
    private static final int BINS = 8;
    private static final int POSITIONS = 3;
    private static final double FADE = 0.97;
    private static final double PRIOR = 3;

    private final double[][] accepted = new double[POSITIONS][BINS];
    private final double[][] seen = new double[POSITIONS][BINS];

    /** An observation. */
    void observe(int position, double confidence, boolean taken) {
        int p = Math.min(position, POSITIONS - 1);
        int b = bin(confidence);
        accepted[p][b] = FADE * accepted[p][b] + (taken ? 1 : 0);
        seen[p][b] = FADE * seen[p][b] + 1;
    }

    /**
     * The probability that a token is accepted.
     *
     * @param prior what is thought before anything was seen
     */
    double estimate(int position, double confidence, double prior) {
        int p = Math.min(position, POSITIONS - 1);
        int b = bin(confidence);
        return (accepted[p][b] + PRIOR * prior) / (seen[p][b] + PRIOR);
    }

    /** The same of a token that is not drafted yet. */
    double average(int position, double confidence) {
        int p = Math.min(position, POSITIONS - 1);
        double all = 0;
        double taken = 0;
        for (int b = 0; b < BINS; b++) {
            all += seen[p][b];
            taken += accepted[p][b];
        }
        return (taken + PRIOR * confidence) / (all + PRIOR);
    }

    private static int bin(double confidence) {
        return Math.clamp((int) (confidence * BINS), 0, BINS - 1);
    }
}
