package dev.suffice.core.calibrate;

/**
 * Conformal risk control (Angelopoulos, Bates, Fisch, Lei and Schuster 2022): the fastest setting whose bound (sum of losses + B) / (n + 1) is no more than
 * the risk, which is the paper's n/(n+1) R + B/(n+1). Over calibrations, the expected loss of the next sample is no more than the risk; a single calibration
 * may exceed it.
 *
 * <p>The paper asks for losses that do not fall from a setting to a faster one. Where they do, a sample counts with the largest loss of this setting and all
 * safer ones, as the paper's section on such losses does.
 */
public record ConformalRiskControl() implements RiskControl {
    private static final double MOST = 1L << 60;

    @Override
    public String name() {
        return "conformal";
    }

    @Override
    public String evidence() {
        return "bound of the expected loss";
    }

    @Override
    public boolean onAverage() {
        return true;
    }

    @Override
    public Outcome choose(LossTable losses, double risk, double confidence) {
        var promise = new Promise(risk, losses.bound(), confidence);
        var worst = new double[losses.samples()];
        var bounds = new double[losses.settings()];
        for (int setting = 0; setting < bounds.length; setting++) {
            var row = losses.losses(setting);
            double sum = 0;
            for (int i = 0; i < worst.length; i++) {
                worst[i] = Math.max(worst[i], row[i]);
                sum += worst[i];
            }
            bounds[setting] = bound(sum, losses.bound(), losses.samples());
        }
        return Outcome.of(this, promise, losses, bounds, risk);
    }

    /** {@inheritDoc} These are B / risk - 1, rounded up. */
    @Override
    public long samplesNeeded(Promise promise) {
        long needed = (long) Math.clamp(Math.ceil(promise.bound() / promise.risk()) - 1, 1.0, MOST);
        // the division is rounded, and so is the one that decides
        if (needed > 1 && bound(0, promise.bound(), needed - 1) <= promise.risk()) {
            return needed - 1;
        }
        return bound(0, promise.bound(), needed) <= promise.risk() ? needed : needed + 1;
    }

    private static double bound(double sum, double bound, long samples) {
        return (sum + bound) / (samples + 1.0);
    }
}
