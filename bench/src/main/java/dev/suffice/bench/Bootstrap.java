package dev.suffice.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * A mean with its 95% bootstrap interval.
 *
 * @param mean of the values
 * @param low 2.5% quantile of the means of resamples
 * @param high 97.5% quantile
 */
record Bootstrap(double mean, double low, double high) {
    private static final int RESAMPLES = 2000;

    /** Of independent values, at least one. */
    static Bootstrap of(List<Double> values) {
        var random = new SplittableRandom(1);
        var means = new double[RESAMPLES];
        for (int r = 0; r < RESAMPLES; r++) {
            double sum = 0;
            for (int i = 0; i < values.size(); i++) {
                sum += values.get(random.nextInt(values.size()));
            }
            means[r] = sum / values.size();
        }
        Arrays.sort(means);
        return new Bootstrap(
                values.stream().mapToDouble(Double::doubleValue).average().orElseThrow(),
                means[RESAMPLES / 40],
                means[RESAMPLES - 1 - RESAMPLES / 40]);
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%.3f (%.3f to %.3f)", mean, low, high);
    }
}
