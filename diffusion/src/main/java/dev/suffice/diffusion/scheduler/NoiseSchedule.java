package dev.suffice.diffusion.scheduler;

import static dev.suffice.diffusion.scheduler.Float32.log;
import static dev.suffice.diffusion.scheduler.Float32.sqrt;

import dev.suffice.core.SufficeException;
import java.util.function.DoubleUnaryOperator;

/**
 * How much noise the model saw at each training timestep t: with variances beta_t,
 *
 * <pre>alphaBar_t = prod over s up to t of (1 - beta_s)      x_t = sqrt(alphaBar_t) x_0 + sqrt(1 - alphaBar_t) noise</pre>
 *
 * (Ho et al. 2020). Immutable.
 */
final class NoiseSchedule {
    private static final double MAX_BETA = 0.999;
    private static final int MAX_TRAIN_TIMESTEPS = 1 << 20;

    private final float[] alphasBar;

    /** What a sampler does about {@code rescale_betas_zero_snr} (Lin et al. 2024, algorithm 1). */
    enum TerminalSnr {
        /** It does not have the setting. */
        AS_TRAINED,
        /** The last alphaBar is zero. */
        ZERO,
        /** The last alphaBar is so small that sigma is still finite. */
        NEARLY_ZERO
    }

    /** The values a sampler takes when the config has none. */
    record Defaults(double betaStart, double betaEnd, String betaSchedule) {
        static final Defaults DDPM = new Defaults(0.0001, 0.02, "linear");
        static final Defaults STABLE_DIFFUSION_LINEAR = new Defaults(0.00085, 0.012, "linear");
        static final Defaults STABLE_DIFFUSION = new Defaults(0.00085, 0.012, "scaled_linear");
    }

    private NoiseSchedule(float[] alphasBar) {
        this.alphasBar = alphasBar;
    }

    static NoiseSchedule of(SchedulerConfig config, Defaults defaults, TerminalSnr terminal) {
        var betas = betas(config, defaults);
        boolean rescaled = terminal != TerminalSnr.AS_TRAINED && config.flag("rescale_betas_zero_snr", false);
        if (rescaled) {
            betas = withZeroTerminalSnr(betas);
        }
        var alphasBar = cumulative(betas);
        if (rescaled && terminal == TerminalSnr.NEARLY_ZERO) {
            alphasBar[alphasBar.length - 1] = 0x1p-24f;
        }
        return new NoiseSchedule(alphasBar);
    }

    /** The number of noise levels the model was trained on. */
    static int trainTimesteps(SchedulerConfig config) {
        return config.integer("num_train_timesteps", 1000, 1, MAX_TRAIN_TIMESTEPS);
    }

    /** Whether the betas follow the cosine schedule of Nichol and Dhariwal. */
    static boolean isCosine(SchedulerConfig config) {
        return betaSchedule(config, "").equals("squaredcos_cap_v2");
    }

    private static String betaSchedule(SchedulerConfig config, String fallback) {
        return config.word(
                "beta_schedule", fallback, "linear", "scaled_linear", "squaredcos_cap_v2", "sigmoid", "laplace", "exp");
    }

    int trainTimesteps() {
        return alphasBar.length;
    }

    /** alphaBar at a whole timestep within the training range. */
    float alphaBar(int timestep) {
        return alphasBar[timestep];
    }

    /** Noise level of the variance-exploding form, sqrt((1 - alphaBar) / alphaBar), ascending. */
    float[] sigmas() {
        var sigmas = new float[alphasBar.length];
        for (int t = 0; t < sigmas.length; t++) {
            sigmas[t] = sqrt((1 - alphasBar[t]) / alphasBar[t]);
        }
        return sigmas;
    }

    /** The number of timesteps whose half log signal-to-noise ratio is below a limit; they are left out. */
    int timestepsBelowLogSnr(double limit) {
        int count = 0;
        for (float alphaBar : alphasBar) {
            if (log(sqrt(alphaBar)) - log(sqrt(1 - alphaBar)) < limit) {
                count++;
            }
        }
        return count;
    }

    private static float[] betas(SchedulerConfig config, Defaults defaults) {
        int count = trainTimesteps(config);
        var trained = config.numbers("trained_betas");
        if (trained.isPresent()) {
            var given = trained.get();
            if (given.length != count) {
                throw new SufficeException(
                        "scheduler setting trained_betas: %d values, must be num_train_timesteps = %d"
                                .formatted(given.length, count));
            }
            for (double beta : given) {
                requireProbability("trained_betas", beta);
            }
            return Grids.toFloats(given);
        }
        double start = requireProbability("beta_start", config.number("beta_start", defaults.betaStart));
        double end = requireProbability("beta_end", config.number("beta_end", defaults.betaEnd));
        return switch (betaSchedule(config, defaults.betaSchedule)) {
            case "linear" -> Grids.linspace32((float) start, (float) end, count);
            case "scaled_linear" -> {
                var betas = Grids.linspace32((float) Math.sqrt(start), (float) Math.sqrt(end), count);
                for (int i = 0; i < count; i++) {
                    betas[i] *= betas[i];
                }
                yield betas;
            }
            case "sigmoid" -> {
                var betas = Grids.linspace32(-6f, 6f, count);
                for (int i = 0; i < count; i++) {
                    betas[i] = (float) (1 / (1 + Math.exp(-betas[i]))) * (float) (end - start) + (float) start;
                }
                yield betas;
            }
            case "squaredcos_cap_v2" -> fromAlphaBar(count, t -> squared(Math.cos((t + 0.008) / 1.008 * Math.PI / 2)));
            case "laplace" -> fromAlphaBar(count, NoiseSchedule::laplaceAlphaBar);
            default -> fromAlphaBar(count, t -> Math.exp(t * -12.0));
        };
    }

    /** beta_i = 1 - alphaBar((i + 1) / n) / alphaBar(i / n), capped (Nichol and Dhariwal 2021). */
    private static float[] fromAlphaBar(int count, DoubleUnaryOperator alphaBar) {
        var betas = new float[count];
        for (int i = 0; i < count; i++) {
            double from = alphaBar.applyAsDouble((double) i / count);
            double to = alphaBar.applyAsDouble((double) (i + 1) / count);
            betas[i] = (float) Math.min(1 - to / from, MAX_BETA);
        }
        return betas;
    }

    private static double laplaceAlphaBar(double t) {
        double lambda = -0.5 * Math.copySign(1, 0.5 - t) * Math.log(1 - 2 * Math.abs(0.5 - t) + 1e-6);
        double snr = Math.exp(lambda);
        return Math.sqrt(snr / (1 + snr));
    }

    private static float[] cumulative(float[] betas) {
        var alphasBar = new float[betas.length];
        double product = 1;
        for (int i = 0; i < betas.length; i++) {
            product *= 1 - betas[i];
            alphasBar[i] = (float) product;
        }
        return alphasBar;
    }

    /** Shifts and scales sqrt(alphaBar) so that its last value is zero and its first one stays. */
    private static float[] withZeroTerminalSnr(float[] betas) {
        var alphasBar = cumulative(betas);
        int count = betas.length;
        float first = sqrt(alphasBar[0]);
        float last = sqrt(alphasBar[count - 1]);
        float scale = first / (first - last);
        var rescaled = new float[count];
        float previous = 1;
        for (int i = 0; i < count; i++) {
            float root = (sqrt(alphasBar[i]) - last) * scale;
            float alphaBar = root * root;
            rescaled[i] = 1 - (i == 0 ? alphaBar : alphaBar / previous);
            previous = alphaBar;
        }
        return rescaled;
    }

    private static double requireProbability(String key, double value) {
        if (!(value >= 0 && value < 1)) {
            throw SchedulerConfig.invalid(key, value, "must be at least 0 and below 1 (a variance)");
        }
        return value;
    }

    private static double squared(double x) {
        return x * x;
    }
}
