package dev.suffice.language.speculate;

/**
 * How often tokens of a drafter are accepted, by its confidence, their position in the draft and what a {@link Witness} says, given that all before them are; older observations fade.
 * Not thread-safe.
 */
final class Acceptance {
    private static final int BINS = 8;
    private static final int POSITIONS = 3;
    private static final double FADE = 0.97;
    private static final double PRIOR = 3;

    /** By witness; of those without one all observations are. */
    private final double[][][] accepted = new double[Witness.values().length][POSITIONS][BINS];

    private final double[][][] seen = new double[Witness.values().length][POSITIONS][BINS];

    /** An observation. */
    void observe(int position, Witness witness, double confidence, boolean taken) {
        add(position, Witness.NONE, confidence, taken);
        if (witness != Witness.NONE) {
            add(position, witness, confidence, taken);
        }
    }

    private void add(int position, Witness witness, double confidence, boolean taken) {
        int w = witness.ordinal();
        int p = Math.min(position, POSITIONS - 1);
        int b = bin(confidence);
        accepted[w][p][b] = FADE * accepted[w][p][b] + (taken ? 1 : 0);
        seen[w][p][b] = FADE * seen[w][p][b] + 1;
    }

    /**
     * The probability that a token is accepted.
     *
     * @param prior what is thought before anything was seen
     */
    double estimate(int position, Witness witness, double confidence, double prior) {
        int w = witness.ordinal();
        int p = Math.min(position, POSITIONS - 1);
        int b = bin(confidence);
        return (accepted[w][p][b] + PRIOR * prior) / (seen[w][p][b] + PRIOR);
    }

    /** The same of a token of whatever confidence. */
    double average(int position, Witness witness, double prior) {
        int w = witness.ordinal();
        int p = Math.min(position, POSITIONS - 1);
        double all = 0;
        double taken = 0;
        for (int b = 0; b < BINS; b++) {
            all += seen[w][p][b];
            taken += accepted[w][p][b];
        }
        return (taken + PRIOR * prior) / (all + PRIOR);
    }

    private static int bin(double confidence) {
        return Math.clamp((int) (confidence * BINS), 0, BINS - 1);
    }
}
