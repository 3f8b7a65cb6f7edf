package dev.suffice.diffusion.scheduler;

import static dev.suffice.diffusion.scheduler.Float32.exp;
import static dev.suffice.diffusion.scheduler.Float32.log;

import dev.suffice.diffusion.noise.NoiseSource;
import dev.suffice.diffusion.scheduler.NoiseSchedule.Defaults;
import dev.suffice.diffusion.scheduler.NoiseSchedule.TerminalSnr;

/**
 * DPM2: the midpoint method, with the midpoint in log sigma (Karras et al. 2022, algorithm 2, and Lu et al. 2022,
 * DPM-Solver-2). The last step, to zero noise, is an Euler step.
 */
final class Kdpm2DiscreteScheduler extends ConfiguredScheduler {
    static final String CLASS_NAME = "KDPM2DiscreteScheduler";

    private final ExplodingSchedule schedule;
    private final Prediction prediction;

    Kdpm2DiscreteScheduler(SchedulerConfig config) {
        super(CLASS_NAME, config);
        schedule = ExplodingSchedule.of(config, Defaults.STABLE_DIFFUSION_LINEAR, TerminalSnr.AS_TRAINED, true);
        prediction = Prediction.of(config);
    }

    @Override
    public Sampling start(SamplingPlan plan) {
        int steps = Requests.stepsOnly(plan, CLASS_NAME, trainTimesteps());
        var levels = MidpointSampling.levels(schedule, plan, CLASS_NAME);
        var sigmas = Grids.append(Grids.toFloats(levels.sigmas()), 0);
        var middles = new float[steps];
        for (int k = 0; k < steps - 1; k++) {
            middles[k] = between(sigmas[k + 1], sigmas[k]);
        }
        return new Run(plan, sigmas, middles, levels.timesteps());
    }

    /** The middle of two levels on a logarithmic scale. */
    static float between(float low, float high) {
        float logHigh = log(high);
        return exp(logHigh - (logHigh - log(low)) * 0.5f);
    }

    private final class Run extends MidpointSampling {
        Run(SamplingPlan plan, float[] levels, float[] middles, double[] timesteps) {
            super(plan, schedule, prediction, levels, middles, timesteps);
        }

        @Override
        float target(int step) {
            return level(step + 1);
        }

        @Override
        float[] finish(int step, float[] next, NoiseSource source) {
            return next;
        }
    }
}
