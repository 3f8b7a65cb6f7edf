package dev.suffice.diffusion.scheduler;

import static dev.suffice.diffusion.scheduler.Float32.exp;
import static dev.suffice.diffusion.scheduler.Float32.log;
import static dev.suffice.diffusion.scheduler.Float32.sqrt;

import dev.suffice.core.SufficeException;
import dev.suffice.diffusion.noise.NoiseSource;
import dev.suffice.diffusion.scheduler.NoiseSchedule.Defaults;
import dev.suffice.diffusion.scheduler.NoiseSchedule.TerminalSnr;

/** DDPM (Ho et al. 2020, equations 6 and 7; learned variances: Nichol and Dhariwal 2021, equation 15). */
final class DdpmScheduler extends ConfiguredScheduler {
    static final String CLASS_NAME = "DDPMScheduler";
    private static final float SMALLEST_VARIANCE = 1e-20f;

    private final NoiseSchedule schedule;
    private final Prediction prediction;
    private final CleanLimit limit;
    private final TimestepSpacing spacing;
    private final int offset;
    private final String varianceType;

    DdpmScheduler(SchedulerConfig config) {
        super(CLASS_NAME, config);
        schedule = NoiseSchedule.of(config, Defaults.DDPM, TerminalSnr.ZERO);
        prediction = Prediction.of(config);
        limit = CleanLimit.of(config, true);
        spacing = TimestepSpacing.of(config, TimestepSpacing.LEADING);
        offset = config.integer("steps_offset", 0, 0, trainTimesteps());
        varianceType = config.word(
                "variance_type",
                "fixed_small",
                "fixed_small",
                "fixed_small_log",
                "fixed_large",
                "fixed_large_log",
                "learned",
                "learned_range");
    }

    @Override
    public boolean stochastic() {
        return true;
    }

    @Override
    public Sampling start(SamplingPlan plan) {
        Requests.noSigmas(plan, CLASS_NAME);
        int steps = Requests.steps(plan, trainTimesteps());
        var timesteps = plan.grid()
                .timesteps()
                .map(custom -> Requests.wholeTimesteps(custom, trainTimesteps()))
                .orElseGet(() -> spacing.wholePoints(trainTimesteps(), steps, offset));
        return new Run(plan, timesteps, steps);
    }

    private boolean learnsVariance() {
        return varianceType.startsWith("learned");
    }

    private final class Run extends TimestepSampling {
        Run(SamplingPlan plan, double[] timesteps, int steps) {
            super(plan, schedule, timesteps, steps, learnsVariance());
        }

        @Override
        Prediction prediction() {
            return prediction;
        }

        @Override
        float[] advance(int i, float[] output, float[] sample, NoiseSource source) {
            boolean twofold = output.length != sample.length;
            var predicted = twofold ? half(output, sample.length, 0) : output;

            float alphaBar = alphaBarAt(i);
            float previousAlphaBar = i + 1 < allCalls() ? alphaBarAt(i + 1) : 1;
            float alpha = alphaBar / previousAlphaBar;
            float beta = 1 - alpha;

            var clean = prediction.clean(predicted, sample, sqrt(alphaBar), sqrt(1 - alphaBar));
            limit.apply(clean, images());
            keepClean(clean);

            // mean of q(x_prev | x_t, x_0)
            var mean = Latents.sum(
                    sqrt(previousAlphaBar) * beta / (1 - alphaBar),
                    clean,
                    sqrt(alpha) * (1 - previousAlphaBar) / (1 - alphaBar),
                    sample);
            if (timestep(i) == 0) {
                return mean;
            }
            float variance = Math.max((1 - previousAlphaBar) / (1 - alphaBar) * beta, SMALLEST_VARIANCE);
            var noise = draw(source, sample.length);
            if (!learnsVariance()) {
                return Latents.plus(mean, fixedDeviation(variance, beta), noise);
            }
            if (!twofold) {
                throw new SufficeException(
                        "variance_type %s: the model must predict the variance too, i.e. twice as many channels as the sample has; use fixed_small for a model that does not"
                                .formatted(varianceType));
            }
            return addLearned(mean, half(output, sample.length, 1), log(variance), log(beta), noise);
        }

        private float fixedDeviation(float variance, float beta) {
            return switch (varianceType) {
                case "fixed_small_log" -> exp(0.5f * log(variance));
                case "fixed_large" -> sqrt(beta);
                case "fixed_large_log" -> sqrt(log(beta));
                default -> sqrt(variance);
            };
        }

        private float[] addLearned(float[] mean, float[] predicted, float minLog, float maxLog, float[] noise) {
            boolean range = varianceType.equals("learned_range");
            for (int k = 0; k < mean.length; k++) {
                float share = (predicted[k] + 1) / 2;
                float deviation = range ? exp(0.5f * (share * maxLog + (1 - share) * minLog)) : sqrt(predicted[k]);
                mean[k] += deviation * noise[k];
            }
            return mean;
        }

        /** The first or second half of every image's channels. */
        private float[] half(float[] output, int length, int which) {
            int size = length / images();
            var half = new float[length];
            for (int image = 0; image < images(); image++) {
                System.arraycopy(output, (2 * image + which) * size, half, image * size, size);
            }
            return half;
        }
    }
}
