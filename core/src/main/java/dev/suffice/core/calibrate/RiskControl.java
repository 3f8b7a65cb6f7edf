package dev.suffice.core.calibrate;

import dev.suffice.core.InvalidRequestException;

/**
 * How the fastest setting is found that keeps a promise about data that were not seen, from losses of calibration samples. Immutable, thread-safe; the same
 * table gives the same outcome.
 */
public sealed interface RiskControl permits ConformalRiskControl, LearnThenTest, UpperConfidenceBound {
    /** Short name, for options and reports. */
    String name();

    /** What {@link SettingEvidence#value} is. */
    String evidence();

    /** Whether what is promised is the mean over calibrations, and not that a calibration keeps it with some probability. */
    boolean onAverage();

    /**
     * The fastest setting of which, and of all safer ones, the evidence is good enough.
     *
     * @param losses of calibration samples
     * @param risk mean loss allowed, above 0 and below the table's bound
     * @param confidence probability that the promise is kept, above 0 and below 1
     * @throws InvalidRequestException if risk or confidence is out of its range
     */
    Outcome choose(LossTable losses, double risk, double confidence);

    /**
     * The fewest samples with which a setting could be accepted: those that would do if none of them lost anything.
     *
     * @return at least 1
     */
    long samplesNeeded(Promise promise);
}
