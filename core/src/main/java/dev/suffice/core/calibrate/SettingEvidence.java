package dev.suffice.core.calibrate;

/**
 * What the samples say of one setting.
 *
 * @param risk mean loss of the samples
 * @param value a bound of the risk or a p-value, as {@link RiskControl#evidence} says
 * @param limit what {@code value} may be at most
 * @param accepted whether it is no more than that for this setting and for all safer ones
 */
public record SettingEvidence(double risk, double value, double limit, boolean accepted) {}
