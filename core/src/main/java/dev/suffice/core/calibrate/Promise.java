package dev.suffice.core.calibrate;

import dev.suffice.core.InvalidRequestException;

/**
 * What a calibrated setting has to keep: a mean loss of {@code risk} at most. Immutable.
 *
 * @param risk the mean loss allowed, above 0 and below {@code bound}
 * @param bound what a sample can lose at most, above 0
 * @param confidence probability that a calibration keeps the promise, above 0 and below 1; {@link ConformalRiskControl} promises the mean over calibrations
 *     instead and does not read it
 */
public record Promise(double risk, double bound, double confidence) {
    /**
     * Checks the ranges.
     *
     * @throws InvalidRequestException if a value is out of its range
     */
    public Promise {
        if (!(bound > 0 && bound < Double.POSITIVE_INFINITY)) {
            throw new InvalidRequestException("bound of losses %s: must be above 0 and finite".formatted(bound));
        }
        if (!(risk > 0 && risk < bound)) {
            throw new InvalidRequestException(
                    "risk %s: must be above 0 and below %s, the largest loss; 0.01 allows one loss in a hundred"
                            .formatted(risk, bound));
        }
        if (!(confidence > 0 && confidence < 1)) {
            throw new InvalidRequestException(
                    "confidence %s: must be above 0 and below 1; 0.9 is usual".formatted(confidence));
        }
    }

    /** Probability that the promise may be broken: 1 - confidence. */
    public double delta() {
        return 1 - confidence;
    }
}
