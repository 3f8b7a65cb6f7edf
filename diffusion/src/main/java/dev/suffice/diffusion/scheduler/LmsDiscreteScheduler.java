package dev.suffice.diffusion.scheduler;

import dev.suffice.diffusion.noise.NoiseSource;
import dev.suffice.diffusion.scheduler.NoiseSchedule.Defaults;
import dev.suffice.diffusion.scheduler.NoiseSchedule.TerminalSnr;

/** Linear multistep: integrates the polynomial through the last derivatives, as a function of sigma, over the step. */
final class LmsDiscreteScheduler extends ConfiguredScheduler {
    static final String CLASS_NAME = "LMSDiscreteScheduler";

    private final ExplodingSchedule schedule;
    private final Prediction prediction;

    LmsDiscreteScheduler(SchedulerConfig config) {
        super(CLASS_NAME, config);
        schedule = ExplodingSchedule.of(config, Defaults.DDPM, TerminalSnr.AS_TRAINED, true);
        prediction = Prediction.of(config);
    }

    @Override
    public Sampling start(SamplingPlan plan) {
        Requests.stepsOnly(plan, CLASS_NAME, trainTimesteps());
        var levels = schedule.levels(plan, CLASS_NAME);
        return new Run(plan, Grids.append(Grids.toFloats(levels.sigmas()), 0), Grids.rounded32(levels.timesteps()));
    }

    private final class Run extends ExplodingSampling {
        private final int order;
        private History derivatives;

        Run(SamplingPlan plan, float[] levels, double[] timesteps) {
            super(plan, schedule, levels, timesteps, timesteps.length, 1);
            order = plan.options().order();
            derivatives = History.of(order);
        }

        @Override
        Prediction prediction() {
            return prediction;
        }

        @Override
        float[] advance(int i, float[] output, float[] sample, NoiseSource source) {
            float sigma = level(i);
            var clean = prediction.cleanOfExploding(output, sample, sigma);
            keepClean(clean);
            derivatives = derivatives.with(Latents.slope(sample, clean, sigma));
            var next = sample;
            var nodes = new double[derivatives.size()];
            for (int age = 0; age < nodes.length; age++) {
                nodes[age] = level(i - age);
            }
            for (int age = 0; age < nodes.length; age++) {
                float weight = (float) LagrangeBasis.integral(nodes, age, level(i), level(i + 1));
                next = Latents.plus(next, weight, derivatives.at(age));
            }
            return next;
        }
    }
}
