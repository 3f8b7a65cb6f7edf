package dev.suffice.train.nn;

/**
 * The noise levels of diffusers' {@code squaredcos_cap_v2} schedule (Nichol and Dhariwal 2021), rescaled to zero terminal
 * signal-to-noise ratio (Lin et al. 2023), so that the last step is pure noise.
 *
 * <p>The arithmetic follows diffusers step by step, with its roundings to 32 bits, so that training sees the very table that a
 * sampler derives from {@code scheduler_config.json}.
 */
public final class NoiseSchedule {
    /** The number of training timesteps. */
    public static final int STEPS = 1000;

    private final float[] alphasCumulative;

    /** Computes the table. */
    public NoiseSchedule() {
        float[] root = new float[STEPS];
        float product = 1;
        for (int i = 0; i < STEPS; i++) {
            float beta = (float) Math.min(1 - cosine((i + 1) / (double) STEPS) / cosine(i / (double) STEPS), 0.999);
            product *= 1 - beta;
            root[i] = (float) Math.sqrt(product);
        }
        float first = root[0];
        float last = root[STEPS - 1];
        float scale = first / (first - last);
        alphasCumulative = new float[STEPS];
        float previous = 1;
        float cumulative = 1;
        for (int i = 0; i < STEPS; i++) {
            float rescaled = (root[i] - last) * scale;
            float bar = rescaled * rescaled;
            float beta = 1 - (i == 0 ? bar : bar / previous);
            cumulative *= 1 - beta;
            previous = bar;
            alphasCumulative[i] = cumulative;
        }
    }

    private static double cosine(double t) {
        double c = Math.cos((t + 0.008) / 1.008 * Math.PI / 2);
        return c * c;
    }

    /** The part of the signal's variance that is left at a timestep, 0..1. */
    public double alphaCumulative(int timestep) {
        return alphasCumulative[timestep];
    }

    /**
     * The weight of a timestep's error in v: {@code min(SNR + 1, gamma) / (SNR + 1)} (Hang et al. 2023, in diffusers' form for
     * v-prediction, which does not vanish at zero SNR).
     */
    public double weight(int timestep, double gamma) {
        double alpha = alphasCumulative[timestep];
        return Math.min(1, gamma * (1 - alpha));
    }
}
