package dev.suffice.diffusion.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.suffice.diffusion.noise.NoiseSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What every sampler must do, whatever its method. */
class SchedulerContractTest {
    static final List<String> NAMES = Schedulers.names();

    private static final int SIZE = 48;
    private static final SchedulerConfig STABLE_DIFFUSION = SchedulerConfig.of(Map.of(
            "num_train_timesteps",
            1000,
            "beta_start",
            0.00085,
            "beta_end",
            0.012,
            "beta_schedule",
            "scaled_linear",
            "clip_sample",
            false,
            "set_alpha_to_one",
            true,
            "skip_prk_steps",
            true));

    static Stream<Arguments> namesAndPredictions() {
        return NAMES.stream().flatMap(name -> {
            var kinds = switch (name) {
                case "flow-euler" -> List.of(Prediction.FLOW_PREDICTION);
                // combines raw outputs of several timesteps, which is exact for the noise only
                case "pndm" -> List.of(Prediction.EPSILON);
                default -> List.of(Prediction.EPSILON, Prediction.V_PREDICTION, Prediction.SAMPLE);
            };
            return kinds.stream().map(kind -> Arguments.of(name, kind));
        });
    }

    @ParameterizedTest
    @MethodSource("namesAndPredictions")
    void aPerfectModelLeadsToTheCleanImage(String name, Prediction prediction) {
        var scheduler = Schedulers.create(
                name, STABLE_DIFFUSION.with("prediction_type", prediction.name().toLowerCase(java.util.Locale.ROOT)));
        var clean = image();
        var model = new PerfectModel(clean, prediction);
        for (int steps : new int[] {2, 3, 10, 30}) {
            var sampling = scheduler.start(SamplingPlan.steps(steps));
            var noise = NoiseSource.seeded(steps);
            var sample = noise(steps);
            var start = sampling.initNoiseSigma();
            var predicted = new float[SIZE];
            for (int i = 0; i < SIZE; i++) {
                sample[i] *= start;
            }
            for (int i = 0; i < sampling.calls(); i++) {
                var output = model.predict(sampling, sample, i);
                var told = new float[SIZE];
                sampling.outputFor(i, clean, sample, told);
                assertThat(told)
                        .as("what a model says that knows the clean image, call %d of %d", i, steps)
                        .containsExactly(output, within(1e-3f));
                sampling.step(i, output, sample, noise, sample);
                sampling.predictedClean(predicted);
                if (!name.equals("lcm")) { // its boundary condition mixes some of the sample in
                    assertThat(predicted)
                            .as("clean image at call %d of %d", i, steps)
                            .containsExactly(clean, within(2e-3f));
                }
            }
            // Some end at the smallest trained noise level, not at zero; the noise left is at most that.
            assertThat(sample)
                    .as("after %d steps", steps)
                    .containsExactly(clean, within(endsNoisy(name) ? 0.13f : 2e-3f));
        }
    }

    private static boolean endsNoisy(String name) {
        return name.startsWith("deis") || name.equals("lcm");
    }

    @ParameterizedTest
    @FieldSource("NAMES")
    void theSameSeedGivesTheSameRun(String name) {
        var scheduler = Schedulers.create(name, STABLE_DIFFUSION);
        for (int steps : new int[] {1, 2, 5, 20, 50}) {
            var plan = SamplingPlan.steps(steps);
            var once = run(scheduler, plan, noise(1), NoiseSource.seeded(2));
            assertThat(once).isEqualTo(run(scheduler, plan, noise(1), NoiseSource.seeded(2)));
            assertFinite(once);
            if (scheduler.stochastic() && steps > 1) {
                assertThat(once).isNotEqualTo(run(scheduler, plan, noise(1), NoiseSource.seeded(3)));
            }
        }
    }

    @ParameterizedTest
    @FieldSource("NAMES")
    void onlyStochasticSamplersAskForNoise(String name) {
        var scheduler = Schedulers.create(name, STABLE_DIFFUSION);
        if (!scheduler.stochastic()) {
            assertFinite(run(scheduler, SamplingPlan.steps(6), noise(1), NoiseSource.none()));
        } else {
            assertThatThrownBy(() -> run(scheduler, SamplingPlan.steps(6), noise(1), NoiseSource.none()))
                    .isInstanceOf(IllegalStateException.class);
        }
    }

    @ParameterizedTest
    @FieldSource("NAMES")
    void anImageOfABatchIsTheImageAlone(String name) {
        var scheduler = Schedulers.create(name, STABLE_DIFFUSION.with("thresholding", true));
        var plan = SamplingPlan.steps(6);
        var first = noise(1);
        var second = noise(2);
        var both = Arrays.copyOf(first, 2 * SIZE);
        System.arraycopy(second, 0, both, SIZE, SIZE);

        var batch = run(
                scheduler,
                plan.withImages(2),
                both,
                NoiseSource.perImage(List.of(NoiseSource.seeded(5), NoiseSource.seeded(6))));

        assertThat(Arrays.copyOf(batch, SIZE)).isEqualTo(run(scheduler, plan, first, NoiseSource.seeded(5)));
        assertThat(Arrays.copyOfRange(batch, SIZE, 2 * SIZE))
                .isEqualTo(run(scheduler, plan, second, NoiseSource.seeded(6)));
    }

    @ParameterizedTest
    @FieldSource("NAMES")
    void imageToImageRunsTheLastStepsOnly(String name) {
        var scheduler = Schedulers.create(name, STABLE_DIFFUSION);
        var full = scheduler.start(SamplingPlan.steps(8));
        var plan = SamplingPlan.steps(8).withStrength(0.5);
        var half = scheduler.start(plan);

        assertThat(half.calls()).isLessThan(full.calls()).isPositive();
        int skipped = full.calls() - half.calls();
        assertThat(half.timesteps()).isEqualTo(Arrays.copyOfRange(full.timesteps(), skipped, full.calls()));
        if (full.sigmas().length > 0) {
            assertThat(half.sigmas()).isEqualTo(Arrays.copyOfRange(full.sigmas(), skipped, full.sigmas().length));
        }

        var start = new float[SIZE];
        half.addNoise(image(), noise(4), 0, start);
        var same = new float[SIZE];
        full.addNoise(image(), noise(4), skipped, same);
        assertThat(start).isEqualTo(same);
        assertFinite(run(scheduler, plan, start, NoiseSource.seeded(1)));
        assertThat(scheduler.start(SamplingPlan.steps(8).withStrength(1)).timesteps())
                .isEqualTo(full.timesteps());
    }

    @ParameterizedTest
    @FieldSource("NAMES")
    void aCopyGoesItsOwnWay(String name) {
        var scheduler = Schedulers.create(name, STABLE_DIFFUSION);
        var expected = run(scheduler, SamplingPlan.steps(9), noise(1), NoiseSource.seeded(2));

        var sampling = scheduler.start(SamplingPlan.steps(9));
        var source = NoiseSource.seeded(2);
        var sample = noise(1);
        for (int i = 0; i < sampling.calls(); i++) {
            var detour = sampling.copy();
            var elsewhere = noise(77);
            for (int k = i; k < Math.min(i + 3, detour.calls()); k++) {
                detour.step(k, noise(k), elsewhere, NoiseSource.seeded(k), elsewhere);
            }
            sampling.step(i, answer(sample, sampling.timesteps()[i]), sample, source, sample);
        }
        assertThat(sample).isEqualTo(expected);
    }

    @ParameterizedTest
    @FieldSource("NAMES")
    void argumentsAreNotChangedAndTheResultMayReplaceTheSample(String name) {
        var scheduler = Schedulers.create(name, STABLE_DIFFUSION);
        var inPlace = scheduler.start(SamplingPlan.steps(5));
        var apart = scheduler.start(SamplingPlan.steps(5));
        var sample = noise(1);
        var other = noise(1);
        var noise = NoiseSource.seeded(1);
        var otherNoise = NoiseSource.seeded(1);
        for (int i = 0; i < inPlace.calls(); i++) {
            var output = noise(i);
            inPlace.step(i, output, sample, noise, sample);
            assertThat(output).isEqualTo(noise(i));

            var next = new float[SIZE];
            var before = other.clone();
            apart.step(i, output, other, otherNoise, next);
            assertThat(other).isEqualTo(before);
            Arrays.fill(output, Float.NaN); // the sampler keeps no caller's array
            Arrays.fill(other, Float.NaN);
            other = next;
            assertThat(sample).isEqualTo(next);
        }
    }

    @ParameterizedTest
    @FieldSource("NAMES")
    void callsComeOnceAndInOrder(String name) {
        var sampling = Schedulers.create(name, STABLE_DIFFUSION).start(SamplingPlan.steps(4));
        var sample = noise(1);
        assertThatThrownBy(() -> sampling.predictedClean(new float[SIZE]))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("no step was taken yet: the clean image is predicted by step");
        sampling.step(0, noise(2), sample, NoiseSource.seeded(1), sample);
        assertThatThrownBy(() -> sampling.step(0, noise(2), sample, NoiseSource.seeded(1), sample))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("step 0: must be step 1, every call is stepped once and in order");
        assertThatThrownBy(() -> sampling.step(1, new float[3], sample, NoiseSource.seeded(1), sample))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("model output of 3 values: must be 48, the length of the sample");
        assertThatThrownBy(() -> sampling.scaleModelInput(sample, sampling.calls(), sample))
                .isInstanceOf(IndexOutOfBoundsException.class)
                .hasMessage("call %d: this run has %d, counted from 0".formatted(sampling.calls(), sampling.calls()));
    }

    private static float[] run(Scheduler scheduler, SamplingPlan plan, float[] start, NoiseSource noise) {
        var sampling = scheduler.start(plan);
        var sample = start.clone();
        for (int i = 0; i < sampling.calls(); i++) {
            sampling.step(i, answer(sample, sampling.timesteps()[i]), sample, noise, sample);
        }
        return sample;
    }

    /** A smooth function of its input in place of a model. */
    private static float[] answer(float[] sample, double timestep) {
        var output = new float[sample.length];
        for (int i = 0; i < output.length; i++) {
            output[i] = (float) Math.tanh(0.6 * sample[i] - timestep / 3000);
        }
        return output;
    }

    private static float[] noise(long seed) {
        var noise = new float[SIZE];
        NoiseSource.seeded(seed + 100).fill(noise);
        return noise;
    }

    private static float[] image() {
        var image = new float[SIZE];
        for (int i = 0; i < SIZE; i++) {
            image[i] = (float) Math.sin(i * 0.7) * 0.9f;
        }
        return image;
    }

    private static void assertFinite(float[] values) {
        for (float value : values) {
            assertThat(value).isFinite();
        }
    }
}
