package dev.suffice.diffusion.scheduler;

import dev.suffice.core.SufficeException;
import dev.suffice.diffusion.noise.NoiseSource;
import dev.suffice.diffusion.scheduler.DpmSolver.Algorithm;
import dev.suffice.diffusion.scheduler.DpmSolver.Taylor;
import dev.suffice.diffusion.scheduler.NoiseSchedule.TerminalSnr;
import dev.suffice.diffusion.scheduler.SolverSchedule.Levels;

/**
 * DPM-Solver and DPM-Solver++ with multistep differences (Lu et al. 2022), orders 1 to 3, deterministic or stochastic. "2M" is
 * order 2.
 */
final class DpmSolverMultistepScheduler extends ConfiguredScheduler {
    static final String CLASS_NAME = "DPMSolverMultistepScheduler";
    /** Runs of fewer steps lower the order at the end. */
    private static final int FEW_STEPS = 15;

    private final SolverSchedule schedule;
    private final DpmSolver solver;
    private final int order;
    private final Prediction prediction;
    private final CleanLimit limit;
    private final TimestepSpacing spacing;
    private final int offset;
    private final boolean luLambdas;
    private final boolean lowerOrderFinal;
    private final boolean firstOrderFinal;
    private final boolean learnsVariance;
    private final boolean roundsTimesteps;
    private final double smallestLogSnr;

    DpmSolverMultistepScheduler(SchedulerConfig config) {
        super(CLASS_NAME, config);
        schedule = new SolverSchedule(config, TerminalSnr.NEARLY_ZERO);
        solver = DpmSolver.of(config);
        order = config.integer("solver_order", 2, 1, 3);
        if (order == 3 && solver.algorithm() == Algorithm.SDE_DPMSOLVER) {
            throw new SufficeException(
                    "scheduler setting solver_order 3: algorithm_type sde-dpmsolver has orders 1 and 2; use sde-dpmsolver++ for 3");
        }
        prediction = solver.algorithm().predictsClean() ? Prediction.ofFlowToo(config) : Prediction.of(config);
        limit = CleanLimit.thresholding(config);
        spacing = TimestepSpacing.of(config, TimestepSpacing.LINSPACE);
        offset = config.integer("steps_offset", 0, 0, trainTimesteps());
        luLambdas = config.flag("use_lu_lambdas", false) && !schedule.spacedBy(KarrasSigmas.class);
        lowerOrderFinal = config.flag("lower_order_final", true);
        firstOrderFinal = config.flag("euler_at_final", false) || schedule.finalSigma() == 0;
        learnsVariance = DpmSolver.learnsVariance(config);
        roundsTimesteps = !NoiseSchedule.isCosine(config);
        smallestLogSnr = config.numberOrInfinity("lambda_min_clipped", Double.NEGATIVE_INFINITY);
    }

    @Override
    public boolean stochastic() {
        return solver.algorithm().stochastic();
    }

    @Override
    public Sampling start(SamplingPlan plan) {
        Requests.noSigmas(plan, CLASS_NAME);
        Requests.noSpacing(plan, luLambdas || schedule.sigmaSpacing().isPresent(), CLASS_NAME);
        var levels = levels(plan, Requests.steps(plan, trainTimesteps()));
        return new Run(plan, levels.endingAt(schedule.finalSigma()), levels.truncatedTimesteps());
    }

    private Levels levels(SamplingPlan plan, int steps) {
        if (luLambdas) {
            var levels = luLevels(steps);
            return roundsTimesteps ? levels.whole() : levels;
        }
        if (schedule.sigmaSpacing().isPresent()) {
            var levels = schedule.spaced(schedule.sigmaSpacing().get(), steps);
            return roundsTimesteps && schedule.spacedBy(KarrasSigmas.class) ? levels.whole() : levels;
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
        return spacing.intervals(trainTimesteps(), last, steps, offset);
    }

    /** Equal steps in lambda (Lu et al. 2022). */
    private Levels luLevels(int steps) {
        var sigmas = Grids.linspace(0, 1, steps);
        double from = schedule.table().largestLog();
        double to = schedule.table().smallestLog();
        for (int i = 0; i < steps; i++) {
            sigmas[i] = Math.exp(from + sigmas[i] * (to - from));
        }
        return new Levels(sigmas, schedule.table().timestepsOf(sigmas));
    }

    private final class Run extends SolverSampling {
        private History outputs = History.of(order);

        Run(SamplingPlan plan, float[] levels, double[] timesteps) {
            super(plan, schedule, levels, timesteps, learnsVariance);
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
            return solver.update(point(i), point(i + 1), sample, taylor(i), solver.heun(), noise);
        }

        private Taylor taylor(int i) {
            return switch (Math.min(outputs.size(), highestOrder(i))) {
                case 1 -> Taylor.first(outputs.at(0));
                case 2 -> second(i);
                default -> third(i);
            };
        }

        private int highestOrder(int i) {
            boolean few = lowerOrderFinal && allCalls() < FEW_STEPS;
            if (i == allCalls() - 1 && (few || firstOrderFinal)) {
                return 1;
            }
            return i == allCalls() - 2 && few ? Math.min(order, 2) : order;
        }

        private Taylor second(int i) {
            float h = point(i + 1).lambda() - point(i).lambda();
            float r0 = (point(i).lambda() - point(i - 1).lambda()) / h;
            return Taylor.second(outputs.at(0), Latents.difference(1 / r0, outputs.at(0), outputs.at(1)));
        }

        private Taylor third(int i) {
            float h = point(i + 1).lambda() - point(i).lambda();
            float r0 = (point(i).lambda() - point(i - 1).lambda()) / h;
            float r1 = (point(i - 1).lambda() - point(i - 2).lambda()) / h;
            var near = Latents.difference(1 / r0, outputs.at(0), outputs.at(1));
            var far = Latents.difference(1 / r1, outputs.at(1), outputs.at(2));
            var bend = Latents.difference(1, near, far);
            return Taylor.third(
                    outputs.at(0),
                    Latents.plus(near, r0 / (r0 + r1), bend),
                    Latents.difference(1 / (r0 + r1), near, far));
        }
    }
}
