package dev.suffice.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;

/**
 * A function of sums over independent parts, such as a ratio of totals, with its 95% bootstrap interval.
 *
 * @param value of all parts
 * @param low 2.5% quantile of resamples
 * @param high 97.5% quantile
 */
public record Interval(double value, double low, double high) {
    private static final int RESAMPLES = 2000;

    /**
     * Resamples the parts.
     *
     * @param parts at least one, all of one length
     * @param statistic of the sums of the parts' numbers
     */
    public static Interval of(List<double[]> parts, ToDoubleFunction<double[]> statistic) {
        var random = new SplittableRandom(1);
        var values = new double[RESAMPLES];
        for (int r = 0; r < RESAMPLES; r++) {
            var sums = new double[parts.getFirst().length];
            for (int i = 0; i < parts.size(); i++) {
                add(sums, parts.get(random.nextInt(parts.size())));
            }
            values[r] = statistic.applyAsDouble(sums);
        }
        Arrays.sort(values);
        var whole = new double[parts.getFirst().length];
        parts.forEach(part -> add(whole, part));
        return new Interval(
                statistic.applyAsDouble(whole), values[RESAMPLES / 40], values[RESAMPLES - 1 - RESAMPLES / 40]);
    }

    private static void add(double[] sums, double[] part) {
        for (int k = 0; k < sums.length; k++) {
            sums[k] += part[k];
        }
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%.2f (%.2f to %.2f)", value, low, high);
    }
}
