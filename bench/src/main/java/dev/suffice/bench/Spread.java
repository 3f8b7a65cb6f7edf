package dev.suffice.bench;

import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;

/**
 * A quantity measured several times.
 *
 * @param minimum of the measurements
 * @param median of the measurements; the mean of the middle two when their number is even
 * @param maximum of the measurements
 */
public record Spread(double minimum, double median, double maximum) {
    /** The spread of measurements. @throws IllegalArgumentException if there are none */
    public static Spread of(Collection<Double> measurements) {
        if (measurements.isEmpty()) {
            throw new IllegalArgumentException("no measurements: at least one is needed");
        }
        var sorted = measurements.stream().mapToDouble(Double::doubleValue).toArray();
        Arrays.sort(sorted);
        var middle = sorted.length / 2;
        var median = sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Spread(sorted[0], median, sorted[sorted.length - 1]);
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%.2f (%.2f to %.2f)", median, minimum, maximum);
    }
}
