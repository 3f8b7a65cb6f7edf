package dev.suffice.models.quantise;

/**
 * How the elements of a matrix' input are spread, and what is best for them to be quantised to: the range for which the mean squared error is least, of what is rounded inside and what is
 * cut off outside. Not thread-safe.
 */
public final class InputHistogram {
    /** On each side of zero. */
    private static final int BINS = 2048;

    /** Ranges to choose from, on each side: shares of what was seen. */
    private static final int RANGES = 60;

    private static final int STEPS = 255;

    private final long[] below = new long[BINS];
    private final long[] above = new long[BINS];
    private float width = 1f / BINS;
    private long count;

    /**
     * Adds elements.
     *
     * @throws IllegalArgumentException if one is not finite
     */
    public void add(float[] values, int from, int to) {
        for (int i = from; i < to; i++) {
            float size = Math.abs(values[i]);
            if (!(size <= Float.MAX_VALUE)) {
                throw new IllegalArgumentException("element %s: not finite".formatted(values[i]));
            }
            while (size >= width * BINS) {
                widen();
            }
            (values[i] < 0 ? below : above)[(int) (size / width)]++;
        }
        count += to - from;
    }

    /** Bins twice as wide. */
    private void widen() {
        for (var side : new long[][] {below, above}) {
            for (int bin = 0; bin < BINS; bin++) {
                side[bin] = bin < BINS / 2 ? side[2 * bin] + side[2 * bin + 1] : 0;
            }
        }
        width *= 2;
    }

    /**
     * What the elements are best quantised to.
     *
     * @throws IllegalStateException if there were none
     */
    public InputScale best() {
        if (count == 0) {
            throw new IllegalStateException("no elements");
        }
        var lower = new Side(below);
        var upper = new Side(above);
        var best = InputScale.symmetric(1);
        double least = Double.POSITIVE_INFINITY;
        for (int low = 0; low <= RANGES; low++) {
            for (int high = 0; high <= RANGES; high++) {
                float from = -lower.reach(low);
                float to = upper.reach(high);
                if (to > from) {
                    double error = lower.lost(-from) + upper.lost(to) + rounded(from, to);
                    if (error < least) {
                        least = error;
                        best = InputScale.between(from, to);
                    }
                }
            }
        }
        return best;
    }

    private double rounded(double from, double to) {
        double step = (to - from) / STEPS;
        return count * step * step / 12;
    }

    /** The elements on one side of zero. */
    private final class Side {
        private final int used;
        /** What is lost by cutting off behind each bin. */
        private final double[] lost;

        Side(long[] bins) {
            int last = bins.length;
            while (last > 0 && bins[last - 1] == 0) {
                last--;
            }
            used = last;
            lost = new double[used + 1];
            double number = 0;
            double sum = 0;
            double squares = 0;
            for (int bin = used - 1; bin >= 0; bin--) {
                double middle = (bin + 0.5) * width;
                number += bins[bin];
                sum += bins[bin] * middle;
                squares += bins[bin] * middle * middle;
                double end = (double) bin * width;
                lost[bin] = squares - 2 * end * sum + number * end * end;
            }
        }

        /** A range's end, not below zero. */
        float reach(int range) {
            return Math.round(used * range / (double) RANGES) * width;
        }

        double lost(float reach) {
            return lost[Math.round(reach / width)];
        }
    }
}
