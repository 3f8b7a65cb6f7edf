package dev.suffice.core.calibrate;

/**
 * Learn then test (Angelopoulos, Bates, Candes, Jordan and Lei 2021) with the p-values of Hoeffding and Bentkus for "the risk is above eps": with losses as parts of
 * B and their mean R, p = min(exp(-n kl(min(R, eps), eps)), e P(Bin(n, eps) <= ceil(n R))). Settings are tested in order, from the safest on; the first p above delta
 * ends it (fixed-sequence testing). With probability 1 - delta the risk of the chosen setting is eps at most; losses may rise and fall from setting to setting.
 */
public record LearnThenTest() implements RiskControl {
    private static final long MOST = 1L << 60;

    @Override
    public String name() {
        return "ltt";
    }

    @Override
    public String evidence() {
        return "p-value";
    }

    @Override
    public boolean onAverage() {
        return false;
    }

    @Override
    public Outcome choose(LossTable losses, double risk, double confidence) {
        var promise = new Promise(risk, losses.bound(), confidence);
        var values = new double[losses.settings()];
        for (int setting = 0; setting < values.length; setting++) {
            double sum = 0;
            for (double loss : losses.losses(setting)) {
                sum += loss / losses.bound();
            }
            values[setting] = pValue(sum, losses.samples(), eps(promise));
        }
        return Outcome.of(this, promise, losses, values, promise.delta());
    }

    @Override
    public long samplesNeeded(Promise promise) {
        long enough = 1;
        while (enough < MOST && pValue(0, enough, eps(promise)) > promise.delta()) {
            enough *= 2;
        }
        return Smallest.between(enough / 2 + 1, enough, samples -> pValue(0, samples, eps(promise)) <= promise.delta());
    }

    private static double eps(Promise promise) {
        return promise.risk() / promise.bound();
    }

    /**
     * The p-value of Hoeffding and Bentkus.
     *
     * @param sum of losses between 0 and 1
     * @param samples how many losses there are
     * @param eps the risk, above 0 and below 1
     */
    static double pValue(double sum, long samples, double eps) {
        double mean = Math.min(sum / samples, eps);
        double hoeffding = -samples * BinomialTail.divergence(mean, eps);
        double bentkus = 1 + BinomialTail.logCdf(Math.min(samples, (long) Math.ceil(sum)), samples, eps);
        return Math.min(1, Math.exp(Math.min(hoeffding, bentkus)));
    }
}
