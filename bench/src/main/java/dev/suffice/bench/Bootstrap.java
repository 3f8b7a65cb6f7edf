package dev.suffice.bench;

import java.util.List;
import java.util.Locale;

/**
 * A mean with its 95% bootstrap interval.
 *
 * @param mean of the values
 * @param low 2.5% quantile of the means of resamples
 * @param high 97.5% quantile
 */
record Bootstrap(double mean, double low, double high) {
    /** Of independent values, at least one. */
    static Bootstrap of(List<Double> values) {
        var interval = Interval.of(
                values.stream().map(value -> new double[] {value, 1}).toList(), sums -> sums[0] / sums[1]);
        return new Bootstrap(
                values.stream().mapToDouble(Double::doubleValue).average().orElseThrow(),
                interval.low(),
                interval.high());
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%.3f (%.3f to %.3f)", mean, low, high);
    }
}
