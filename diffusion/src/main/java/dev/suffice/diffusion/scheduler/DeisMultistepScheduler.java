package dev.suffice.diffusion.scheduler;

import dev.suffice.diffusion.noise.NoiseSource;
import dev.suffice.diffusion.scheduler.NoiseSchedule.TerminalSnr;
import dev.suffice.diffusion.scheduler.SolverSchedule.Levels;

/**
 * DEIS in its log-rho multistep form (Zhang and Chen 2023, "Fast Sampling of Diffusion Models with Exponential Integrator"):
 * the noise as a polynomial in log rho, rho = sigma / alpha, integrated over rho.
 */
final class DeisMultistepScheduler extends ConfiguredScheduler {
    static final String CLASS_NAME = "DEISMultistepScheduler";
    private static final int FEW_STEPS = 15;

    private final SolverSchedule schedule;
    private final int order;
    private final Prediction prediction;
    private final CleanLimit limit;
    private final boolean lowerOrderFinal;
    private final TimestepSpacing spacing;
    private final int offset;

    DeisMultistepScheduler(SchedulerConfig config) {
        super(CLASS_NAME, config);
        schedule = new SolverSchedule(config, TerminalSnr.AS_TRAINED);
        config.word("algorithm_type", "deis", "deis", "dpmsolver", "dpmsolver++");
        config.word("solver_type", "logrho", "logrho", "midpoint", "heun", "bh1", "bh2");
        order = config.integer("solver_order", 2, 1, 3);
        prediction = Prediction.ofFlowToo(config);
        limit = CleanLimit.thresholding(config);
        lowerOrderFinal = config.flag("lower_order_final", true);
        spacing = TimestepSpacing.of(config, TimestepSpacing.LINSPACE);
        offset = config.integer("steps_offset", 0, 0, trainTimesteps());
    }

    @Override
    public Sampling start(SamplingPlan plan) {
        int steps = Requests.stepsOnly(plan, CLASS_NAME, trainTimesteps());
        var levels = levels(plan, steps);
        boolean own = schedule.flow() || schedule.sigmaSpacing().isPresent();
        float last = own ? (float) levels.sigmas()[steps - 1] : schedule.table().smallest();
        return new Run(plan, levels.endingAt(last), levels.truncatedTimesteps());
    }

    private Levels levels(SamplingPlan plan, int steps) {
        if (schedule.sigmaSpacing().isPresent()) {
            var levels = schedule.spaced(schedule.sigmaSpacing().get(), steps);
            return schedule.spacedBy(KarrasSigmas.class) ? levels.whole() : levels;
        }
        return schedule.flow()
                ? schedule.flowLevels(plan, steps)
                : schedule.at(spacing.intervals(trainTimesteps(), trainTimesteps(), steps, offset));
    }

    private final class Run extends SolverSampling {
        private History outputs = History.of(order);

        Run(SamplingPlan plan, float[] levels, double[] timesteps) {
            super(plan, schedule, levels, timesteps, false);
        }

        @Override
        Prediction prediction() {
            return prediction;
        }

        @Override
        float[] advance(int i, float[] output, float[] sample, NoiseSource source) {
            var at = point(i);
            var clean = at.clean(prediction, output, sample);
            limit.apply(clean, images());
            keepClean(clean);
            outputs = outputs.with(at.noise(Prediction.SAMPLE, clean, sample));
            int current = Math.min(outputs.size(), highestOrder(i));
            return current == 1 ? first(i, sample) : integrated(i, sample, current);
        }

        private int highestOrder(int i) {
            boolean few = lowerOrderFinal && allCalls() < FEW_STEPS;
            return few ? Math.min(order, allCalls() - i) : order;
        }

        private float[] first(int i, float[] sample) {
            var from = point(i);
            var to = point(i + 1);
            float h = to.lambda() - from.lambda();
            return Latents.sum(to.alpha() / from.alpha(), sample, -to.sigma() * (Float32.exp(h) - 1), outputs.at(0));
        }

        private float[] integrated(int i, float[] sample, int current) {
            var nodes = new float[current];
            for (int age = 0; age < current; age++) {
                nodes[age] = point(i - age).ratio();
            }
            float to = point(i + 1).ratio();
            float alpha = point(i + 1).alpha();
            var next = new float[sample.length];
            for (int k = 0; k < next.length; k++) {
                next[k] = sample[k] / point(i).alpha();
            }
            for (int age = 0; age < current; age++) {
                float weight = LogRhoBasis.integral(nodes, age, to);
                next = Latents.plus(next, weight, outputs.at(age));
            }
            return Latents.sum(alpha, next, 0, next);
        }
    }
}
