package dev.suffice.diffusion.scheduler;

import static dev.suffice.diffusion.scheduler.DpmSolver.Algorithm.SDE_DPMSOLVER;

import dev.suffice.core.SufficeException;
import dev.suffice.diffusion.noise.NoiseSource;
import dev.suffice.diffusion.scheduler.DpmSolver.Taylor;
import dev.suffice.diffusion.scheduler.NoiseSchedule.TerminalSnr;
import dev.suffice.diffusion.scheduler.SolverSchedule.Levels;
import java.util.Optional;

/**
 * DPM-Solver and DPM-Solver++ in single steps (Lu et al. 2022): a step of order k takes k calls, the intermediate samples
 * being the lower-order results. Each call is one of {@code steps}. "2S" is order 2.
 */
final class DpmSolverSinglestepScheduler extends ConfiguredScheduler {
    static final String CLASS_NAME = "DPMSolverSinglestepScheduler";

    private final SolverSchedule schedule;
    private final DpmSolver solver;
    private final int order;
    private final Prediction prediction;
    private final CleanLimit limit;
    private final boolean lowerOrderFinal;
    private final boolean learnsVariance;
    private final double smallestLogSnr;

    DpmSolverSinglestepScheduler(SchedulerConfig config) {
        super(CLASS_NAME, config);
        schedule = new SolverSchedule(config, TerminalSnr.AS_TRAINED);
        solver = DpmSolver.of(config);
        if (solver.algorithm() == SDE_DPMSOLVER) {
            throw new SufficeException(
                    "scheduler setting algorithm_type \"sde-dpmsolver\": %s has dpmsolver, dpmsolver++ and sde-dpmsolver++"
                            .formatted(CLASS_NAME));
        }
        order = config.integer("solver_order", 2, 1, 3);
        prediction = solver.algorithm().predictsClean() ? Prediction.ofFlowToo(config) : Prediction.of(config);
        limit = CleanLimit.thresholding(config);
        lowerOrderFinal = config.flag("lower_order_final", false);
        learnsVariance = DpmSolver.learnsVariance(config);
        smallestLogSnr = config.numberOrInfinity("lambda_min_clipped", Double.NEGATIVE_INFINITY);
    }

    @Override
    public boolean stochastic() {
        return solver.algorithm().stochastic();
    }

    @Override
    public Sampling start(SamplingPlan plan) {
        Requests.noSigmas(plan, CLASS_NAME);
        Requests.noSpacing(plan, schedule.sigmaSpacing().isPresent(), CLASS_NAME);
        var levels = levels(plan, Requests.steps(plan, trainTimesteps()));
        return new Run(plan, levels.endingAt(schedule.finalSigma()), levels.truncatedTimesteps());
    }

    private Levels levels(SamplingPlan plan, int steps) {
        if (schedule.sigmaSpacing().isPresent()) {
            var levels = schedule.spaced(schedule.sigmaSpacing().get(), steps);
            return schedule.spacedBy(KarrasSigmas.class) ? levels.whole() : levels;
        }
        if (schedule.flow()) {
            return schedule.flowLevels(plan, steps);
        }
        return schedule.at(plan.grid()
                .timesteps()
                .map(custom -> Requests.wholeTimesteps(custom, trainTimesteps()))
                .orElseGet(() -> timesteps(steps)));
    }

    private double[] timesteps(int steps) {
        int last = trainTimesteps() - schedule.schedule().timestepsBelowLogSnr(smallestLogSnr);
        return TimestepSpacing.LINSPACE.intervals(trainTimesteps(), last, steps, 0);
    }

    /**
     * The order of each call: 1, 2, .. order, again and again. The last round is lowered where the count does not divide, or
     * where the run ends at zero noise.
     */
    private int[] orders(int steps) {
        var orders = new int[steps];
        for (int i = 0; i < steps; i++) {
            orders[i] = i % order + 1;
        }
        boolean endsAtZero = schedule.finalSigma() == 0;
        if (lowerOrderFinal || endsAtZero || steps % order != 0) {
            if (order == 3 && steps % 3 == 0) {
                orders[steps - 1] = 1;
            } else if (order == 2 && steps % 2 == 0) {
                orders[steps - 1] = 1;
            }
        }
        if (endsAtZero) {
            orders[steps - 1] = 1;
        }
        return orders;
    }

    private final class Run extends SolverSampling {
        private final int[] orders;
        private History outputs = History.of(order);
        private Optional<float[]> start = Optional.empty();

        Run(SamplingPlan plan, float[] levels, double[] timesteps) {
            super(plan, schedule, levels, timesteps, learnsVariance);
            orders = orders(timesteps.length);
        }

        @Override
        Prediction prediction() {
            return prediction;
        }

        @Override
        float[] advance(int i, float[] output, float[] sample, NoiseSource source) {
            var mean = withoutVariance(output, sample.length);
            var converted = solver.convert(prediction, limit, images(), mean, sample, point(i));
            keepClean(converted.clean());
            outputs = outputs.with(converted.output());
            var noise = stochastic() ? draw(source, sample.length) : new float[0];
            int current = Math.min(orders[i], outputs.size());
            if (current == 1) {
                start = Optional.of(sample.clone());
            }
            var origin = start.orElse(sample);
            var from = point(i - current + 1);
            var to = point(i + 1);
            return switch (current) {
                case 1 -> solver.update(from, to, origin, Taylor.first(outputs.at(0)), false, noise);
                case 2 -> solver.update(from, to, origin, second(i), solver.heun(), noise);
                default -> solver.update(from, to, origin, third(i), true, noise);
            };
        }

        /** Expands around the first call of the step. */
        private Taylor second(int i) {
            float h = point(i + 1).lambda() - point(i - 1).lambda();
            float r0 = (point(i).lambda() - point(i - 1).lambda()) / h;
            return Taylor.second(outputs.at(1), Latents.difference(1 / r0, outputs.at(0), outputs.at(1)));
        }

        private Taylor third(int i) {
            float origin = point(i - 2).lambda();
            float h = point(i + 1).lambda() - origin;
            float r0 = (point(i).lambda() - origin) / h;
            float r1 = (point(i - 1).lambda() - origin) / h;
            var oldest = outputs.at(2);
            var near = Latents.difference(1 / r1, outputs.at(1), oldest);
            var far = Latents.difference(1 / r0, outputs.at(0), oldest);
            if (!solver.heun()) {
                return Taylor.second(oldest, far);
            }
            float span = r0 - r1;
            return Taylor.third(
                    oldest, Latents.sum(r0 / span, near, -r1 / span, far), Latents.difference(2 / span, far, near));
        }
    }
}
