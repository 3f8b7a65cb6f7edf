package dev.suffice.diffusion.scheduler;

import static dev.suffice.diffusion.scheduler.Float32.sqrt;

import dev.suffice.core.InvalidRequestException;
import dev.suffice.diffusion.noise.NoiseSource;
import dev.suffice.diffusion.scheduler.NoiseSchedule.Defaults;
import dev.suffice.diffusion.scheduler.NoiseSchedule.TerminalSnr;
import java.util.Optional;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * Pseudo numerical methods for diffusion models (Liu et al. 2022): linear multistep, started by pseudo Runge-Kutta steps, or
 * with {@code skip_prk_steps} by repeating the second timestep.
 */
final class PndmScheduler extends ConfiguredScheduler {
    static final String CLASS_NAME = "PNDMScheduler";
    private static final int ORDER = 4;
    /** Timesteps at the noisy end that Runge-Kutta replaces, and its model calls for each. */
    private static final int RUNGE_KUTTA_STEPS = 3;

    private static final int RUNGE_KUTTA_CALLS = RUNGE_KUTTA_STEPS * ORDER;

    private final NoiseSchedule schedule;
    private final Prediction prediction;
    private final TimestepSpacing spacing;
    private final int offset;
    private final boolean rungeKutta;
    private final float finalAlphaBar;

    PndmScheduler(SchedulerConfig config) {
        super(CLASS_NAME, config);
        schedule = NoiseSchedule.of(config, Defaults.DDPM, TerminalSnr.AS_TRAINED);
        prediction = Prediction.of(config);
        spacing = TimestepSpacing.of(config, TimestepSpacing.LEADING);
        offset = config.integer("steps_offset", 0, 0, trainTimesteps());
        rungeKutta = !config.flag("skip_prk_steps", false);
        finalAlphaBar = config.flag("set_alpha_to_one", false) ? 1 : schedule.alphaBar(0);
    }

    @Override
    public Sampling start(SamplingPlan plan) {
        int steps = Requests.stepsOnly(plan, CLASS_NAME, trainTimesteps());
        var points = spacing.wholePoints(trainTimesteps(), steps, offset);
        if (!rungeKutta) {
            return new Run(plan, withSecondRepeated(points), steps);
        }
        if (steps < ORDER) {
            throw new InvalidRequestException(
                    "steps %d: PNDM starts with Runge-Kutta over %d timesteps; take at least that many, or set skip_prk_steps to true"
                            .formatted(steps, ORDER));
        }
        if (plan.strength() < 1) {
            throw new InvalidRequestException(
                    "strength %s: PNDM's Runge-Kutta start needs a run from pure noise; set skip_prk_steps to true"
                            .formatted(plan.strength()));
        }
        var multistep = DoubleStream.of(points).skip(RUNGE_KUTTA_STEPS);
        return new Run(
                plan,
                DoubleStream.concat(rungeKuttaTimesteps(points, steps), multistep)
                        .toArray(),
                steps);
    }

    private static double[] withSecondRepeated(double[] points) {
        return points.length == 1
                ? points
                : DoubleStream.concat(
                                DoubleStream.of(points[0], points[1]),
                                DoubleStream.of(points).skip(1))
                        .toArray();
    }

    /** Start, middle, middle and end of each of the first three intervals. */
    private DoubleStream rungeKuttaTimesteps(double[] points, int steps) {
        int half = trainTimesteps() / steps / 2;
        return IntStream.range(0, RUNGE_KUTTA_STEPS).boxed().mapMultiToDouble((k, each) -> {
            each.accept(points[k]);
            each.accept(points[k + 1] + half);
            each.accept(points[k + 1] + half);
            each.accept(points[k + 1]);
        });
    }

    private final class Run extends TimestepSampling {
        private final int stride;
        private int counter;
        private History outputs = History.of(ORDER);
        private Optional<float[]> sum = Optional.empty();
        private Optional<float[]> startSample = Optional.empty();

        Run(SamplingPlan plan, double[] timesteps, int steps) {
            super(plan, schedule, timesteps, steps);
            stride = trainTimesteps() / steps;
        }

        @Override
        Prediction prediction() {
            return prediction;
        }

        @Override
        float[] advance(int i, float[] output, float[] sample, NoiseSource source) {
            float alphaBar = alphaBarAt(i);
            keepClean(prediction.clean(output, sample, sqrt(alphaBar), sqrt(1 - alphaBar)));
            var advanced = rungeKutta && i < RUNGE_KUTTA_CALLS
                    ? rungeKuttaStep(i, output.clone(), sample)
                    : multistep((int) timestep(i), output.clone(), sample);
            counter++;
            return advanced;
        }

        /** One of the four calls of a classical Runge-Kutta step. */
        private float[] rungeKuttaStep(int i, float[] output, float[] sample) {
            int call = i % ORDER;
            int from = (int) timestep(i - call);
            int to = (int) timestep(i) - (call % 2 == 0 ? stride / 2 : 0);
            float weight = (float) (call == 0 || call == 3 ? 1.0 / 6 : 1.0 / 3);
            if (call == 0) {
                outputs = outputs.with(output);
                startSample = Optional.of(sample.clone());
            }
            var weighted = sum.map(s -> Latents.plus(s, weight, output))
                    .orElseGet(() -> Latents.sum(weight, output, 0, output));
            sum = call == 3 ? Optional.empty() : Optional.of(weighted);
            return transfer(startSample.orElse(sample), from, to, call == 3 ? weighted : output);
        }

        /** Adams-Bashforth on the last outputs; the second call repeats the first step with the mean of both outputs. */
        private float[] multistep(int t, float[] output, float[] sample) {
            if (counter == 1) {
                var mean = Latents.sum(0.5f, output, 0.5f, outputs.at(0));
                return transfer(startSample.orElse(sample), t + stride, t, mean);
            }
            outputs = outputs.with(output);
            if (counter == 0) {
                startSample = Optional.of(sample.clone());
            }
            return transfer(sample, t, t - stride, extrapolated());
        }

        private float[] extrapolated() {
            var newest = outputs.at(0);
            return switch (outputs.size()) {
                case 1 -> newest;
                case 2 -> Latents.sum(3f / 2, newest, -1f / 2, outputs.at(1));
                case 3 -> Latents.sum(23f / 12, newest, -16f / 12, outputs.at(1), 5f / 12, outputs.at(2));
                default ->
                    Latents.plus(
                            Latents.sum(55f / 24, newest, -59f / 24, outputs.at(1), 37f / 24, outputs.at(2)),
                            -9f / 24,
                            outputs.at(3));
            };
        }

        /** Moves a sample from one timestep to another along a predicted noise (equation 11). */
        private float[] transfer(float[] sample, int from, int to, float[] output) {
            float alphaBar = schedule.alphaBar(Math.min(from, trainTimesteps() - 1));
            float nextAlphaBar = to >= 0 ? schedule.alphaBar(to) : finalAlphaBar;
            var noise = prediction.noise(output, sample, sqrt(alphaBar), sqrt(1 - alphaBar));
            float scale = sqrt(nextAlphaBar / alphaBar);
            float divisor = alphaBar * sqrt(1 - nextAlphaBar) + sqrt(alphaBar * (1 - alphaBar) * nextAlphaBar);
            return Latents.sum(scale, sample, -(nextAlphaBar - alphaBar) / divisor, noise);
        }
    }
}
