package dev.suffice.language.speculate;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/**
 * How often tokens of a drafter are accepted, by its confidence, their position in the draft and what a {@link Witness} says, given that all before them are; older observations fade.
 * Not thread-safe.
 */
final class Acceptance {
    private static final int BINS = 8;
    private static final int POSITIONS = 3;
    private static final double FADE = 0.97;
    private static final double PRIOR = 3;

    /** Of those without a witness all observations are. */
    private final Map<Witness, Counts> counts = new EnumMap<>(Witness.class);

    /** By position and confidence. */
    private static final class Counts {
        private final double[][] accepted = new double[POSITIONS][BINS];
        private final double[][] seen = new double[POSITIONS][BINS];
    }

    Acceptance() {
        for (var witness : Witness.values()) {
            counts.put(witness, new Counts());
        }
    }

    private Counts of(Witness witness) {
        return Objects.requireNonNull(counts.get(witness));
    }

    /** An observation. */
    void observe(int position, Witness witness, double confidence, boolean taken) {
        add(of(Witness.NONE), position, confidence, taken);
        if (witness != Witness.NONE) {
            add(of(witness), position, confidence, taken);
        }
    }

    private static void add(Counts counts, int position, double confidence, boolean taken) {
        int p = Math.min(position, POSITIONS - 1);
        int b = bin(confidence);
        counts.accepted[p][b] = FADE * counts.accepted[p][b] + (taken ? 1 : 0);
        counts.seen[p][b] = FADE * counts.seen[p][b] + 1;
    }

    /**
     * The probability that a token is accepted.
     *
     * @param prior what is thought before anything was seen
     */
    double estimate(int position, Witness witness, double confidence, double prior) {
        int p = Math.min(position, POSITIONS - 1);
        int b = bin(confidence);
        var known = of(witness);
        return (known.accepted[p][b] + PRIOR * prior) / (known.seen[p][b] + PRIOR);
    }

    /** The same of a token of whatever confidence. */
    double average(int position, Witness witness, double prior) {
        int p = Math.min(position, POSITIONS - 1);
        var known = of(witness);
        double all = 0;
        double taken = 0;
        for (int b = 0; b < BINS; b++) {
            all += known.seen[p][b];
            taken += known.accepted[p][b];
        }
        return (taken + PRIOR * prior) / (all + PRIOR);
    }

    private static int bin(double confidence) {
        return Math.clamp((int) (confidence * BINS), 0, BINS - 1);
    }
}
