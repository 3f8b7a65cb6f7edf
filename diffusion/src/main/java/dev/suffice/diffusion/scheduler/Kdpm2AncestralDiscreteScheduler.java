package dev.suffice.diffusion.scheduler;

import dev.suffice.diffusion.noise.NoiseSource;
import dev.suffice.diffusion.scheduler.NoiseSchedule.Defaults;
import dev.suffice.diffusion.scheduler.NoiseSchedule.TerminalSnr;

/** DPM2 with ancestral sampling: the midpoint method to a level below the next, then noise up to it. */
final class Kdpm2AncestralDiscreteScheduler extends ConfiguredScheduler {
    static final String CLASS_NAME = "KDPM2AncestralDiscreteScheduler";

    private final ExplodingSchedule schedule;
    private final Prediction prediction;

    Kdpm2AncestralDiscreteScheduler(SchedulerConfig config) {
        super(CLASS_NAME, config);
        schedule = ExplodingSchedule.of(config, Defaults.STABLE_DIFFUSION_LINEAR, TerminalSnr.AS_TRAINED, true);
        prediction = Prediction.of(config);
    }

    @Override
    public boolean stochastic() {
        return true;
    }

    @Override
    public Sampling start(SamplingPlan plan) {
        int steps = Requests.stepsOnly(plan, CLASS_NAME, trainTimesteps());
        var levels = MidpointSampling.levels(schedule, plan, CLASS_NAME);
        var sigmas = Grids.append(Grids.toFloats(levels.sigmas()), 0);
        var splits = new AncestralSplit[steps];
        var middles = new float[steps];
        for (int k = 0; k < steps; k++) {
            splits[k] = AncestralSplit.of(sigmas[k], sigmas[k + 1]);
            middles[k] = k == steps - 1 ? 0 : Kdpm2DiscreteScheduler.between(splits[k].down(), sigmas[k]);
        }
        return new Run(plan, sigmas, middles, splits, levels.timesteps());
    }

    private final class Run extends MidpointSampling {
        private final AncestralSplit[] splits;

        Run(SamplingPlan plan, float[] levels, float[] middles, AncestralSplit[] splits, double[] timesteps) {
            super(plan, schedule, prediction, levels, middles, timesteps);
            this.splits = splits;
        }

        @Override
        float target(int step) {
            return splits[step].down();
        }

        @Override
        float[] finish(int step, float[] next, NoiseSource source) {
            return Latents.plus(next, splits[step].up(), draw(source, next.length));
        }
    }
}
