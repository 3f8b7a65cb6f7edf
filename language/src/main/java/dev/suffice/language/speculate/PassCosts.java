package dev.suffice.language.speculate;

/**
 * What passes of a model cost, by the number of tokens that they read: measured while it writes, the latest passes counting most; where nothing was
 * measured yet, a line through what was. Thread-safe.
 */
public final class PassCosts {
    private static final double WEIGHT = 0.1;
    private static final double PER_TOKEN = 0.12;

    private final double[] nanos = new double[SpeculationPolicy.MOST + 2];
    private final int[] measured = new int[SpeculationPolicy.MOST + 2];

    /** A pass of so many tokens took so long. */
    public synchronized void measured(int tokens, long time) {
        if (tokens < 1 || tokens >= nanos.length) {
            return;
        }
        // The first passes of a kind are slow: memory is touched for the first time.
        double weight = Math.max(WEIGHT, 1.0 / (1 + measured[tokens]));
        nanos[tokens] = measured[tokens] == 0
                ? (double) time
                : (1 - weight) * nanos[tokens] + weight * Math.min((double) time, 3 * nanos[tokens]);
        measured[tokens]++;
    }

    /** Cost of a pass of so many tokens, in passes of one token. */
    public synchronized double relative(int tokens) {
        double slope = slope();
        if (measured[1] == 0) {
            return 1 + slope * (tokens - 1);
        }
        if (tokens < nanos.length && measured[tokens] >= 3) {
            return Math.max(1, nanos[tokens] / nanos[1]);
        }
        return 1 + slope * (tokens - 1);
    }

    /** Of a single token, in nanoseconds; 0 if none was measured. */
    public synchronized double single() {
        return nanos[1];
    }

    private double slope() {
        double products = 10 * PER_TOKEN;
        double squares = 10;
        for (int k = 2; k < nanos.length && measured[1] > 0; k++) {
            double weight = Math.min(measured[k], 20);
            products += weight * (k - 1) * (nanos[k] / nanos[1] - 1);
            squares += weight * (k - 1) * (k - 1);
        }
        return Math.max(0, products / squares);
    }
}
