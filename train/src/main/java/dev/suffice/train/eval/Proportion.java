package dev.suffice.train.eval;

import java.util.Locale;

/**
 * So many right of so many.
 *
 * @param right how many were right, 0..total
 * @param total how many were asked
 */
public record Proportion(long right, long total) {
    private static final double Z95 = 1.959963984540054;

    /** Checks the range. */
    public Proportion {
        if (right < 0 || right > total) {
            throw new IllegalArgumentException(
                    "proportion " + right + " of " + total + ": expected 0 <= right <= total");
        }
    }

    /** Counts. */
    static Proportion of(boolean[] answers) {
        int right = 0;
        for (boolean answer : answers) {
            right += answer ? 1 : 0;
        }
        return new Proportion(right, answers.length);
    }

    /** The share, 0..1; NaN of none. */
    public double share() {
        return total == 0 ? Double.NaN : right / (double) total;
    }

    /** The lower end of the 95% Wilson score interval (Wilson 1927); 0 of none. */
    public double low() {
        return right == 0 ? 0 : centre() - half();
    }

    /** The upper end of the 95% Wilson score interval; 1 of none. */
    public double high() {
        return right == total ? 1 : centre() + half();
    }

    private double centre() {
        double z2 = Z95 * Z95;
        return (right + z2 / 2) / (total + z2);
    }

    private double half() {
        double n = total;
        double p = share();
        return Z95 / (n + Z95 * Z95) * Math.sqrt(n * p * (1 - p) + Z95 * Z95 / 4);
    }

    /** As {@code 61.5% (54.6-68.0, 200)}: share, interval and total. */
    @Override
    public String toString() {
        return total == 0
                ? "-"
                : String.format(Locale.ROOT, "%.1f%% (%.1f-%.1f, %d)", 100 * share(), 100 * low(), 100 * high(), total);
    }
}
