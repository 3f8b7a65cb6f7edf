package dev.suffice.diffusion.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;

/**
 * How far a replayed run is from the recording. Samples and clean images are relative to the scale of the trajectory, model
 * inputs, made from recorded samples, to the largest of them.
 */
record ReplayError(
        double timesteps,
        double sigmas,
        double initNoiseSigma,
        double modelInputs,
        double samples,
        double cleans,
        int missingNoise) {

    static ReplayError of(RecordedRun run) {
        var sampling = run.scheduler().start(run.plan());
        assertThat(sampling.timesteps()).as("timesteps").hasSameSizeAs(run.timesteps());
        assertThat(sampling.sigmas()).as("sigmas").hasSameSizeAs(run.sigmas());

        var steps = run.steps();
        assertThat(sampling.calls()).as("calls").isEqualTo(steps.size());
        var sample = run.initialSample();
        var recorded = sample.clone();
        var input = new float[sample.length];
        var clean = new float[sample.length];
        var inputs = new Deviation();
        var samples = new Deviation();
        var cleans = new Deviation();
        samples.scale(sample);
        int missing = 0;
        for (int i = 0; i < steps.size(); i++) {
            var step = steps.get(i);
            var noise = step.noise();
            sampling.scaleModelInput(recorded, i, input);
            inputs.add(input, step.modelInput());
            sampling.step(i, step.modelOutput(), sample, noise, sample);
            recorded = step.next();
            samples.add(sample, recorded);
            missing += noise.unused();
            if (step.clean().length > 0) {
                sampling.predictedClean(clean);
                cleans.add(clean, step.clean());
                cleans.scale(recorded);
            }
        }
        return new ReplayError(
                Deviation.between(Grids.toFloats(sampling.timesteps()), Grids.toFloats(run.timesteps())),
                Deviation.between(sampling.sigmas(), run.sigmas()),
                Math.abs(sampling.initNoiseSigma() - run.initNoiseSigma()) / run.initNoiseSigma(),
                inputs.relative(),
                samples.relative(),
                cleans.relative(),
                missing);
    }

    double worst() {
        return List.of(timesteps, sigmas, initNoiseSigma, modelInputs, samples, cleans).stream()
                .mapToDouble(Double::doubleValue)
                .max()
                .orElseThrow();
    }

    /** Largest difference over largest magnitude, over several arrays. */
    private static final class Deviation {
        private final List<Double> differences = new ArrayList<>(List.of(0.0));
        private double scale = 1e-30;

        void scale(float[] expected) {
            for (float value : expected) {
                scale = Math.max(scale, Math.abs(value));
            }
        }

        void add(float[] actual, float[] expected) {
            assertThat(actual).hasSameSizeAs(expected);
            scale(expected);
            for (int i = 0; i < actual.length; i++) {
                double difference = Math.abs((double) actual[i] - expected[i]);
                differences.add(Double.isNaN(difference) ? Double.POSITIVE_INFINITY : difference);
            }
        }

        double relative() {
            return differences.stream().mapToDouble(Double::doubleValue).max().orElseThrow() / scale;
        }

        static double between(float[] actual, float[] expected) {
            var deviation = new Deviation();
            deviation.add(actual, expected);
            return deviation.relative();
        }
    }
}
