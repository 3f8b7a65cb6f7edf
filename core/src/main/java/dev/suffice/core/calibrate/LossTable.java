package dev.suffice.core.calibrate;

import java.util.Arrays;

/**
 * What each calibration sample loses with each setting. Settings go from the safest (0) to the fastest. Samples must be drawn as those are that the promise
 * is for, independently of each other, and none of them may have been trained on. Immutable.
 */
public final class LossTable {
    private final double[][] losses;
    private final double bound;

    private LossTable(double[][] losses, double bound) {
        this.losses = losses;
        this.bound = bound;
    }

    /**
     * A table; the losses are copied.
     *
     * @param losses [settings][samples], each between 0 and {@code bound}
     * @param bound what a sample can lose at most, above 0 and finite; 1 where it is either right or wrong
     * @throws IllegalArgumentException if there are no settings or no samples, rows differ in length, or a loss is out of its range
     */
    public static LossTable of(double[][] losses, double bound) {
        if (!(bound > 0 && bound < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("bound of losses %s: must be above 0 and finite".formatted(bound));
        }
        if (losses.length == 0 || losses[0].length == 0) {
            throw new IllegalArgumentException("losses of %d settings and %d samples: must be at least one each"
                    .formatted(losses.length, losses.length == 0 ? 0 : losses[0].length));
        }
        var copies = new double[losses.length][];
        for (int setting = 0; setting < losses.length; setting++) {
            copies[setting] = losses[setting].clone();
            check(setting, copies[setting], losses[0].length, bound);
        }
        return new LossTable(copies, bound);
    }

    private static void check(int setting, double[] row, int samples, double bound) {
        if (row.length != samples) {
            throw new IllegalArgumentException(
                    "losses of setting %d: %d samples, but setting 0 has %d; all need the same"
                            .formatted(setting, row.length, samples));
        }
        for (int i = 0; i < samples; i++) {
            if (!(row[i] >= 0 && row[i] <= bound)) {
                throw new IllegalArgumentException("loss of sample %d with setting %d is %s: must be between 0 and %s"
                        .formatted(i, setting, row[i], bound));
            }
        }
    }

    /** How many samples there are, at least 1. */
    public int samples() {
        return losses[0].length;
    }

    /** How many settings there are, at least 1. */
    public int settings() {
        return losses.length;
    }

    /** What a sample can lose at most. */
    public double bound() {
        return bound;
    }

    /**
     * The mean loss over all samples: the empirical risk.
     *
     * @param setting from 0, the safest
     */
    public double risk(int setting) {
        return Arrays.stream(losses[setting]).sum() / samples();
    }

    /** A setting's losses in the order of the samples; not to be written to. */
    double[] losses(int setting) {
        return losses[setting];
    }
}
