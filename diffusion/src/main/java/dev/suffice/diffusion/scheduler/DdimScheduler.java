package dev.suffice.diffusion.scheduler;

import static dev.suffice.diffusion.scheduler.Float32.sqrt;

import dev.suffice.diffusion.noise.NoiseSource;
import dev.suffice.diffusion.scheduler.NoiseSchedule.Defaults;
import dev.suffice.diffusion.scheduler.NoiseSchedule.TerminalSnr;

/** DDIM (Song et al. 2021, "Denoising Diffusion Implicit Models", equations 12 and 16). */
final class DdimScheduler extends ConfiguredScheduler {
    static final String CLASS_NAME = "DDIMScheduler";

    private final NoiseSchedule schedule;
    private final Prediction prediction;
    private final CleanLimit limit;
    private final TimestepSpacing spacing;
    private final int offset;
    private final float finalAlphaBar;

    DdimScheduler(SchedulerConfig config) {
        super(CLASS_NAME, config);
        schedule = NoiseSchedule.of(config, Defaults.DDPM, TerminalSnr.ZERO);
        prediction = Prediction.of(config);
        limit = CleanLimit.of(config, true);
        spacing = TimestepSpacing.of(config, TimestepSpacing.LEADING);
        offset = config.integer("steps_offset", 0, 0, trainTimesteps());
        finalAlphaBar = config.flag("set_alpha_to_one", true) ? 1 : schedule.alphaBar(0);
    }

    @Override
    public Sampling start(SamplingPlan plan) {
        int steps = Requests.stepsOnly(plan, CLASS_NAME, trainTimesteps());
        return new Run(plan, spacing.wholePoints(trainTimesteps(), steps, offset), steps);
    }

    private final class Run extends TimestepSampling {
        private final int stride;
        private final float eta;
        private final boolean noiseFromLimitedClean;

        Run(SamplingPlan plan, double[] timesteps, int steps) {
            super(plan, schedule, timesteps, steps);
            stride = trainTimesteps() / steps;
            eta = (float) plan.options().eta();
            noiseFromLimitedClean = plan.options().clippedModelOutput();
        }

        @Override
        Prediction prediction() {
            return prediction;
        }

        @Override
        float[] advance(int i, float[] output, float[] sample, NoiseSource source) {
            int t = (int) timestep(i);
            float alphaBar = alphaBarAt(i);
            float previousAlphaBar = t - stride >= 0 ? schedule.alphaBar(t - stride) : finalAlphaBar;
            float signal = sqrt(alphaBar);
            float level = sqrt(1 - alphaBar);

            var clean = prediction.clean(output, sample, signal, level);
            var noise = prediction.noise(output, sample, signal, level);
            limit.apply(clean, images());
            if (noiseFromLimitedClean) {
                noise = Prediction.SAMPLE.noise(clean, sample, signal, level);
            }
            keepClean(clean);

            // sigma_t(eta) = eta sqrt((1 - alphaBar_prev) / (1 - alphaBar_t)) sqrt(1 - alphaBar_t / alphaBar_prev)
            float variance = (1 - previousAlphaBar) / (1 - alphaBar) * (1 - alphaBar / previousAlphaBar);
            float deviation = eta * sqrt(variance);
            float direction = sqrt(1 - previousAlphaBar - deviation * deviation);
            var previous = Latents.sum(sqrt(previousAlphaBar), clean, direction, noise);
            return eta > 0 ? Latents.plus(previous, deviation, draw(source, previous.length)) : previous;
        }
    }
}
