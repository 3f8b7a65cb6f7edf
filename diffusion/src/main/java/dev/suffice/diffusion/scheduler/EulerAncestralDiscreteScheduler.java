package dev.suffice.diffusion.scheduler;

import dev.suffice.diffusion.noise.NoiseSource;
import dev.suffice.diffusion.scheduler.NoiseSchedule.Defaults;
import dev.suffice.diffusion.scheduler.NoiseSchedule.TerminalSnr;

/** Ancestral sampling with Euler steps: each step goes below its target level and adds noise up to it. */
final class EulerAncestralDiscreteScheduler extends ConfiguredScheduler {
    static final String CLASS_NAME = "EulerAncestralDiscreteScheduler";

    private final ExplodingSchedule schedule;
    private final Prediction prediction;

    EulerAncestralDiscreteScheduler(SchedulerConfig config) {
        super(CLASS_NAME, config);
        schedule = ExplodingSchedule.of(config, Defaults.DDPM, TerminalSnr.NEARLY_ZERO, false);
        prediction = Prediction.of(config);
    }

    @Override
    public boolean stochastic() {
        return true;
    }

    @Override
    public Sampling start(SamplingPlan plan) {
        Requests.stepsOnly(plan, CLASS_NAME, trainTimesteps());
        var levels = schedule.levels(plan, CLASS_NAME);
        return new Run(plan, Grids.append(Grids.toFloats(levels.sigmas()), 0), levels.timesteps());
    }

    private final class Run extends ExplodingSampling {
        Run(SamplingPlan plan, float[] levels, double[] timesteps) {
            super(plan, schedule, levels, timesteps, timesteps.length, 1);
        }

        @Override
        Prediction prediction() {
            return prediction;
        }

        @Override
        float[] advance(int i, float[] output, float[] sample, NoiseSource source) {
            float sigma = level(i);
            var split = AncestralSplit.of(sigma, level(i + 1));
            var clean = prediction.cleanOfExploding(output, sample, sigma);
            keepClean(clean);
            var derivative = Latents.slope(sample, clean, sigma);
            var down = Latents.plus(sample, split.down() - sigma, derivative);
            return Latents.plus(down, split.up(), draw(source, sample.length));
        }
    }
}
