package dev.suffice.core.calibrate;

import java.util.SplittableRandom;

/**
 * The betting bound of Waudby-Smith and Ramdas (2020), as the upper confidence bound of risk-controlling prediction sets (Bates et al. 2021). Someone bets against the
 * risk being m: the stake of sample i is nu_i = min(sqrt(2 ln(1/delta) / (n s2_{i-1})), 1/B), with mu_i = (B/2 + sum x) / (i+1) and s2_i = (B^2/4 + sum (x - mu)^2) /
 * (i+1), and the capital after t samples K_t(m) = prod (1 - nu_i (x_i - m)). The bound is the smallest m at which the capital exceeded 1/delta at any time. It uses how
 * little losses vary, so it is tighter than {@link LearnThenTest} where they are not just 0 or B. With probability 1 - delta the risk of the chosen setting is within the
 * promise.
 *
 * <p>The bets rely on an order that has nothing to do with the losses. Files are often sorted, by class for instance, so samples are shuffled first, always in the same
 * way.
 */
public record UpperConfidenceBound() implements RiskControl {
    /** Beyond this many samples {@link #samplesNeeded} is a lower bound of the number. */
    public static final long COUNTED = 1_000_000;

    private static final long SEED = 20_200_901;
    private static final double PRECISION = 1e-12;
    private static final double RESCALED = 1e100;

    @Override
    public String name() {
        return "ucb";
    }

    @Override
    public String evidence() {
        return "upper bound of the risk";
    }

    @Override
    public boolean onAverage() {
        return false;
    }

    @Override
    public Outcome choose(LossTable losses, double risk, double confidence) {
        var promise = new Promise(risk, losses.bound(), confidence);
        var bounds = new double[losses.settings()];
        var order = order(losses.samples());
        var shuffled = new double[order.length];
        for (int setting = 0; setting < bounds.length; setting++) {
            var row = losses.losses(setting);
            for (int i = 0; i < order.length; i++) {
                shuffled[i] = row[order[i]];
            }
            bounds[setting] = bound(shuffled, promise);
        }
        return Outcome.of(this, promise, losses, bounds, risk);
    }

    /**
     * {@inheritDoc} Found by trying; where it is more than {@link #COUNTED}, a lower bound of it: no capital is above (1 + risk/B)^n.
     */
    @Override
    public long samplesNeeded(Promise promise) {
        long least = Math.max(
                1, (long) Math.ceil(-Math.log(promise.delta()) / Math.log1p(promise.risk() / promise.bound())));
        if (least > COUNTED) {
            return least;
        }
        long step = 1;
        while (!suffices((int) (least + step - 1), promise)) {
            step *= 2;
        }
        return Smallest.between(least + step / 2, least + step - 1, samples -> suffices((int) samples, promise));
    }

    private static boolean suffices(int samples, Promise promise) {
        var nothingLost = new double[samples];
        return wins(nothingLost, stakes(nothingLost, promise), promise.risk(), promise.delta());
    }

    private static int[] order(int samples) {
        var random = new SplittableRandom(SEED);
        var order = new int[samples];
        for (int i = 0; i < samples; i++) {
            int other = random.nextInt(i + 1);
            order[i] = order[other];
            order[other] = i;
        }
        return order;
    }

    /** The bound, within a part of 1e12 of B from above; it is within the risk exactly if whoever bets against the risk wins. */
    static double bound(double[] losses, Promise promise) {
        var stakes = stakes(losses, promise);
        boolean within = wins(losses, stakes, promise.risk(), promise.delta());
        double low = within ? 0 : promise.risk();
        double high = within ? promise.risk() : promise.bound();
        while (high - low > PRECISION * promise.bound()) {
            double middle = (low + high) / 2;
            if (wins(losses, stakes, middle, promise.delta())) {
                high = middle;
            } else {
                low = middle;
            }
        }
        return high;
    }

    /** nu_1 to nu_n; each is known before its sample is. */
    private static double[] stakes(double[] losses, Promise promise) {
        double bound = promise.bound();
        double factor = -2 * Math.log(promise.delta()) / losses.length;
        var stakes = new double[losses.length];
        double sum = bound / 2;
        double squares = bound * bound / 4;
        for (int i = 0; i < stakes.length; i++) {
            // squares / (i + 1) is s2 of the i samples before
            stakes[i] = Math.min(Math.sqrt(factor * (i + 1) / squares), 1 / bound);
            sum += losses[i];
            double distance = losses[i] - sum / (i + 2);
            squares += distance * distance;
        }
        return stakes;
    }

    /** Whether the capital ever exceeds 1/delta; a capital that becomes tiny is kept with its scale. */
    private static boolean wins(double[] losses, double[] stakes, double risk, double delta) {
        double capital = 1;
        int scale = 0;
        for (int i = 0; i < stakes.length; i++) {
            capital *= 1 - stakes[i] * (losses[i] - risk);
            if (capital < 1 / RESCALED) {
                if (capital <= 0) {
                    return false;
                }
                capital *= RESCALED;
                scale++;
            } else if (scale > 0 && capital > 1) {
                capital /= RESCALED;
                scale--;
            } else if (scale == 0 && capital * delta > 1) {
                return true;
            }
        }
        return false;
    }
}
