package dev.suffice.diffusion.scheduler;

import static dev.suffice.diffusion.scheduler.Float32.sqrt;

import dev.suffice.core.InvalidRequestException;
import dev.suffice.core.SufficeException;
import dev.suffice.diffusion.noise.NoiseSource;
import dev.suffice.diffusion.scheduler.NoiseSchedule.Defaults;
import dev.suffice.diffusion.scheduler.NoiseSchedule.TerminalSnr;

/**
 * Multistep consistency sampling for latent consistency models (Luo et al. 2023): each call predicts the clean image, which
 * is noised again to the next of a few timesteps.
 */
final class LcmScheduler extends ConfiguredScheduler {
    static final String CLASS_NAME = "LCMScheduler";
    private static final float SIGMA_DATA = 0.5f;

    private final NoiseSchedule schedule;
    private final Prediction prediction;
    private final CleanLimit limit;
    private final int originalSteps;
    private final float timestepScaling;

    LcmScheduler(SchedulerConfig config) {
        super(CLASS_NAME, config);
        schedule = NoiseSchedule.of(config, Defaults.STABLE_DIFFUSION, TerminalSnr.ZERO);
        prediction = Prediction.of(config);
        limit = CleanLimit.of(config, false);
        originalSteps = config.integer("original_inference_steps", 50, 1, Integer.MAX_VALUE);
        if (originalSteps > trainTimesteps()) {
            throw new SufficeException(
                    "scheduler setting original_inference_steps %d: must be at most num_train_timesteps = %d"
                            .formatted(originalSteps, trainTimesteps()));
        }
        timestepScaling = (float) config.number("timestep_scaling", 10);
    }

    @Override
    public boolean stochastic() {
        return true;
    }

    @Override
    public Sampling start(SamplingPlan plan) {
        Requests.noSigmas(plan, CLASS_NAME);
        int steps = Requests.steps(plan, trainTimesteps());
        var custom = plan.grid().timesteps();
        return new Run(
                plan,
                custom.isPresent() ? Requests.wholeTimesteps(custom.get(), trainTimesteps()) : timesteps(steps),
                steps);
    }

    /** Evenly spread picks from the timesteps that the model was distilled on. */
    private double[] timesteps(int steps) {
        if (steps > originalSteps) {
            throw new InvalidRequestException(
                    "steps %d: must be between 1 and %d (original_inference_steps, which the model was distilled on)"
                            .formatted(steps, originalSteps));
        }
        int stride = trainTimesteps() / originalSteps;
        double step = (double) originalSteps / steps;
        var timesteps = new double[steps];
        for (int i = 0; i < steps; i++) {
            timesteps[i] = (double) (originalSteps - (int) Math.floor(i * step)) * stride - 1;
        }
        return timesteps;
    }

    private final class Run extends TimestepSampling {
        Run(SamplingPlan plan, double[] timesteps, int steps) {
            super(plan, schedule, timesteps, steps);
        }

        @Override
        Prediction prediction() {
            return prediction;
        }

        @Override
        float[] advance(int i, float[] output, float[] sample, NoiseSource source) {
            float alphaBar = alphaBarAt(i);
            var clean = prediction.clean(output, sample, sqrt(alphaBar), sqrt(1 - alphaBar));
            limit.apply(clean, images());

            // Boundary condition: at t = 0 the consistency function is the identity.
            float t = (float) timestep(i) * timestepScaling;
            float variance = t * t + SIGMA_DATA * SIGMA_DATA;
            var denoised = Latents.sum(t / sqrt(variance), clean, SIGMA_DATA * SIGMA_DATA / variance, sample);
            keepClean(denoised);
            if (i == allCalls() - 1) {
                return denoised;
            }
            return Latents.sum(signalAt(i + 1), denoised, noiseAt(i + 1), draw(source, sample.length));
        }
    }
}
