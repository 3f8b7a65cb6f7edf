package dev.suffice.diffusion.scheduler;

import static dev.suffice.diffusion.scheduler.Float32.expm1;

import dev.suffice.core.InvalidRequestException;
import dev.suffice.core.SufficeException;
import dev.suffice.diffusion.noise.NoiseSource;
import dev.suffice.diffusion.scheduler.NoiseSchedule.TerminalSnr;
import dev.suffice.diffusion.scheduler.SolverSchedule.Levels;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * UniPC (Zhao et al. 2023, "UniPC: A Unified Predictor-Corrector Framework for Fast Sampling of Diffusion Models"): a
 * multistep predictor, and a corrector that redoes the last step once the model's output at its end is known, without a
 * further call.
 */
final class UniPcMultistepScheduler extends ConfiguredScheduler {
    static final String CLASS_NAME = "UniPCMultistepScheduler";
    private static final double NEARLY_ONE = 1e-6;

    private final SolverSchedule schedule;
    private final FlowShift flowShift;
    private final int order;
    private final Prediction prediction;
    private final boolean predictsClean;
    private final CleanLimit limit;
    private final boolean bh1;
    private final boolean lowerOrderFinal;
    private final Set<Integer> uncorrected;
    private final TimestepSpacing spacing;
    private final int offset;
    private final boolean endsAtZero;

    UniPcMultistepScheduler(SchedulerConfig config) {
        super(CLASS_NAME, config);
        schedule = new SolverSchedule(config, TerminalSnr.NEARLY_ZERO);
        flowShift = FlowShift.of(config, "flow_shift");
        order = config.integer("solver_order", 2, 1, 8);
        predictsClean = config.flag("predict_x0", true);
        prediction = predictsClean ? Prediction.ofFlowToo(config) : Prediction.of(config);
        limit = predictsClean ? CleanLimit.thresholding(config) : new CleanLimit.Unlimited();
        bh1 = config.word("solver_type", "bh2", "bh1", "bh2", "midpoint", "heun", "logrho")
                .equals("bh1");
        lowerOrderFinal = config.flag("lower_order_final", true);
        uncorrected = new HashSet<>();
        for (double step : config.numbers("disable_corrector").orElse(new double[0])) {
            uncorrected.add((int) step);
        }
        spacing = TimestepSpacing.of(config, TimestepSpacing.LINSPACE);
        offset = config.integer("steps_offset", 0, 0, trainTimesteps());
        endsAtZero = schedule.finalSigma() == 0;
        if (flowShift.terminal().isPresent() && !schedule.flow()) {
            throw new SufficeException("scheduler setting shift_terminal: only with use_flow_sigmas true");
        }
    }

    @Override
    public Sampling start(SamplingPlan plan) {
        Requests.noTimesteps(plan, CLASS_NAME);
        if (!schedule.flow() || schedule.sigmaSpacing().isPresent()) {
            Requests.noSigmas(plan, CLASS_NAME);
        }
        var levels = levels(plan, Requests.steps(plan, trainTimesteps()));
        var sigmas = levels.sigmas();
        boolean spaced = schedule.flow() || schedule.sigmaSpacing().isPresent();
        float smallest =
                spaced ? (float) sigmas[sigmas.length - 1] : schedule.table().smallest();
        return new Run(plan, levels.endingAt(endsAtZero ? 0 : smallest), levels.truncatedTimesteps());
    }

    private Levels levels(SamplingPlan plan, int steps) {
        if (schedule.sigmaSpacing().isPresent()) {
            var levels = schedule.spaced(schedule.sigmaSpacing().get(), steps);
            if (!schedule.spacedBy(KarrasSigmas.class)) {
                return levels;
            }
            return schedule.flow() ? straightened(levels.sigmas()) : levels.whole();
        }
        return schedule.flow()
                ? flowLevels(plan, steps)
                : schedule.at(spacing.intervals(trainTimesteps(), trainTimesteps(), steps, offset));
    }

    /** Variance-exploding levels as levels of a straight path. */
    private Levels straightened(double[] exploding) {
        var sigmas = exploding.clone();
        for (int i = 0; i < sigmas.length; i++) {
            sigmas[i] = sigmas[i] / (sigmas[i] + 1);
        }
        return onStraightPath(sigmas);
    }

    private Levels flowLevels(SamplingPlan plan, int steps) {
        var sigmas = plan.grid()
                .sigmas()
                .map(double[]::clone)
                .orElseGet(() -> Arrays.copyOf(Grids.linspace(1, 1.0 / trainTimesteps(), steps + 1), steps));
        flowShift.apply(sigmas, plan, CLASS_NAME);
        // At exactly 1 the signal is zero and its logarithm infinite.
        if (Math.abs(sigmas[0] - 1) < NEARLY_ONE) {
            sigmas[0] -= NEARLY_ONE;
        }
        for (double sigma : sigmas) {
            if (!(sigma > 0 && sigma < 1)) {
                throw new InvalidRequestException("sigma %s: must be between 0 and 1 on a flow path".formatted(sigma));
            }
        }
        return onStraightPath(sigmas);
    }

    private Levels onStraightPath(double[] sigmas) {
        var timesteps = new double[sigmas.length];
        for (int i = 0; i < sigmas.length; i++) {
            timesteps[i] = sigmas[i] * trainTimesteps();
        }
        return new Levels(sigmas, timesteps);
    }

    private final class Run extends SolverSampling {
        private History outputs = History.of(order);
        private Optional<float[]> lastSample = Optional.empty();
        private int lastOrder;

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
            var converted = predictsClean ? clean : at.noise(prediction, output, sample);

            var corrected = lastSample
                    .filter(last -> !uncorrected.contains(i - 1))
                    .map(last -> correct(i, last, converted))
                    .orElseGet(sample::clone);
            outputs = outputs.with(converted);
            lastOrder = Math.min(outputs.size(), lowerOrderFinal || endsAtZero ? allCalls() - i : order);
            lastSample = Optional.of(corrected);
            return predict(i, corrected);
        }

        /** UniP: from step i to i + 1. */
        private float[] predict(int i, float[] sample) {
            var basis = new Basis(i, lastOrder);
            var weights = switch (lastOrder) {
                case 1 -> new float[0];
                case 2 -> new float[] {0.5f};
                default -> LinearSystem.solve(basis.leading(lastOrder - 1), basis.moments);
            };
            return basis.advance(sample, weights, Optional.empty());
        }

        /** UniC: from step i - 1 to i again, now with the output at i. */
        private float[] correct(int i, float[] sample, float[] output) {
            var basis = new Basis(i - 1, lastOrder);
            var weights =
                    lastOrder == 1 ? new float[] {0.5f} : LinearSystem.solve(basis.leading(lastOrder), basis.moments);
            return basis.advance(sample, weights, Optional.of(output));
        }

        /** The linear system of a step: divided differences of earlier outputs, and the moments they have to match. */
        private final class Basis {
            private final NoisePoint from;
            private final NoisePoint to;
            private final int order;
            private final float hh;
            private final float scale;
            private final float[] ratios;
            private final float[] moments;

            Basis(int step, int order) {
                this.order = order;
                from = point(step);
                to = point(step + 1);
                float h = to.lambda() - from.lambda();
                hh = predictsClean ? -h : h;
                scale = bh1 ? hh : expm1(hh);
                ratios = new float[order];
                for (int k = 1; k < order; k++) {
                    ratios[k - 1] = (point(step - k).lambda() - from.lambda()) / h;
                }
                ratios[order - 1] = 1;
                moments = moments();
            }

            /** b_k = k! phi_{k+1}(hh) / B(hh). */
            private float[] moments() {
                var b = new float[order];
                float phi = expm1(hh) / hh - 1;
                float factorial = 1;
                for (int k = 0; k < order; k++) {
                    b[k] = phi * factorial / scale;
                    factorial *= k + 2;
                    phi = phi / hh - 1 / factorial;
                }
                return b;
            }

            /** The leading square part of the Vandermonde matrix of the ratios. */
            float[][] leading(int size) {
                var matrix = new float[size][size];
                for (int power = 0; power < size; power++) {
                    for (int k = 0; k < size; k++) {
                        matrix[power][k] = (float) Math.pow(ratios[k], power);
                    }
                }
                return matrix;
            }

            float[] advance(float[] sample, float[] weights, Optional<float[]> output) {
                float carried = predictsClean ? to.sigma() / from.sigma() : to.alpha() / from.alpha();
                float step = predictsClean ? to.alpha() : to.sigma();
                var newest = outputs.at(0);
                // At the clean end h is infinite: sigma (e^h - 1) tends to alpha sigma_from / alpha_from.
                float weight =
                        to.sigma() > 0 || predictsClean ? -step * expm1(hh) : -to.alpha() * from.sigma() / from.alpha();
                var next = Latents.sum(carried, sample, weight, newest);
                for (int k = 1; k < order; k++) {
                    var slope = Latents.slope(outputs.at(k), newest, ratios[k - 1]);
                    next = Latents.plus(next, -step * scale * weights[k - 1], slope);
                }
                if (output.isEmpty()) {
                    return next;
                }
                var change = Latents.difference(1, output.get(), newest);
                return Latents.plus(next, -step * scale * weights[order - 1], change);
            }
        }
    }
}
