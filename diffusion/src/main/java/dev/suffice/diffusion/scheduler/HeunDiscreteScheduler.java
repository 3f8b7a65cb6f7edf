package dev.suffice.diffusion.scheduler;

import dev.suffice.diffusion.noise.NoiseSource;
import dev.suffice.diffusion.scheduler.NoiseSchedule.Defaults;
import dev.suffice.diffusion.scheduler.NoiseSchedule.TerminalSnr;
import java.util.Optional;

/**
 * Heun's method of second order (Karras et al. 2022, algorithm 1): an Euler step, then the same step along the mean of the
 * derivatives at both ends. The last step, to zero noise, is an Euler step.
 */
final class HeunDiscreteScheduler extends ConfiguredScheduler {
    static final String CLASS_NAME = "HeunDiscreteScheduler";

    private final ExplodingSchedule schedule;
    private final Prediction prediction;
    private final CleanLimit limit;

    HeunDiscreteScheduler(SchedulerConfig config) {
        super(CLASS_NAME, config);
        schedule = ExplodingSchedule.of(config, Defaults.STABLE_DIFFUSION_LINEAR, TerminalSnr.AS_TRAINED, true);
        prediction = Prediction.of(config);
        limit = CleanLimit.clipping(config, false);
    }

    @Override
    public Sampling start(SamplingPlan plan) {
        Requests.noSigmas(plan, CLASS_NAME);
        var levels = schedule.levels(plan, CLASS_NAME);
        var sigmas = Grids.append(Grids.toFloats(levels.sigmas()), 0);
        var own = Grids.rounded32(levels.timesteps());
        var timesteps = new double[2 * own.length - 1];
        for (int i = 0; i < timesteps.length; i++) {
            timesteps[i] = own[(i + 1) / 2];
        }
        return new Run(plan, sigmas, timesteps);
    }

    private final class Run extends ExplodingSampling {
        private Optional<Half> half = Optional.empty();

        /** What the first call of a step leaves to the second. */
        @SuppressWarnings("ArrayRecordComponent") // never compared
        private record Half(float[] sample, float[] derivative) {}

        Run(SamplingPlan plan, float[] levels, double[] timesteps) {
            super(plan, schedule, levels, timesteps, levels.length - 1, 2);
        }

        @Override
        float sigmaAt(int i) {
            return level((i + 1) / 2);
        }

        @Override
        float[] allSigmas() {
            var sigmas = new float[2 * levels().length - 2];
            for (int i = 0; i < sigmas.length; i++) {
                sigmas[i] = sigmaAt(i);
            }
            return sigmas;
        }

        @Override
        Prediction prediction() {
            return prediction;
        }

        @Override
        float[] advance(int i, float[] output, float[] sample, NoiseSource source) {
            int step = i / 2;
            float width = level(step + 1) - level(step);
            float sigma = sigmaAt(i);
            var clean = prediction.cleanOfExploding(output, sample, sigma);
            limit.apply(clean, images());
            keepClean(clean);
            var derivative = Latents.slope(sample, clean, sigma);
            if (half.isEmpty()) {
                half = Optional.of(new Half(sample.clone(), derivative));
                return Latents.plus(sample, width, derivative);
            }
            var start = half.get();
            half = Optional.empty();
            var mean = Latents.sum(0.5f, start.derivative, 0.5f, derivative);
            return Latents.plus(start.sample, width, mean);
        }
    }
}
