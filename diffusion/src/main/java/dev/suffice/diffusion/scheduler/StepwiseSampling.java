package dev.suffice.diffusion.scheduler;

import dev.suffice.core.InvalidRequestException;
import dev.suffice.diffusion.noise.NoiseSource;
import java.util.Arrays;
import java.util.Optional;

/**
 * What the runs of all samplers have in common: the order of calls, the start of an image-to-image run, and the checks. The
 * state of a subclass is in immutable values, or in arrays that are never written again, so that a shallow copy is a snapshot.
 */
abstract class StepwiseSampling implements Sampling, Cloneable {
    private final double[] timesteps;
    private final int begin;
    private final int images;
    private final int order;
    private final boolean takesVariance;
    private int next;
    private Optional<float[]> clean = Optional.empty();

    /**
     * @param plan the request
     * @param timesteps for every call of a run from pure noise
     * @param steps of that run
     * @param callsPerStep 2 for samplers of second order
     */
    StepwiseSampling(SamplingPlan plan, double[] timesteps, int steps, int callsPerStep) {
        this(plan, timesteps, steps, callsPerStep, false);
    }

    StepwiseSampling(SamplingPlan plan, double[] timesteps, int steps, int callsPerStep, boolean takesVariance) {
        this.timesteps = timesteps;
        this.images = plan.images();
        this.takesVariance = takesVariance;
        order = callsPerStep;
        begin = firstStep(plan.strength(), steps) * callsPerStep;
        next = begin;
    }

    /** The step at which an image-to-image run starts. */
    private int firstStep(double strength, int steps) {
        int kept = Math.min(stepsKept(strength, steps), steps);
        if (kept < 1) {
            throw new InvalidRequestException("strength %s with %d steps: leaves no step to run, must be at least %s"
                    .formatted(strength, steps, 1.0 / steps));
        }
        return steps - kept;
    }

    /** How many of the steps an image-to-image run of this strength has. */
    int stepsKept(double strength, int steps) {
        return (int) (steps * strength);
    }

    /**
     * The next sample, in a new array.
     *
     * @param i the call, counted from where a run from pure noise starts
     */
    abstract float[] advance(int i, float[] output, float[] sample, NoiseSource noise);

    /** The standard deviation by which the sample has to be divided before call i. */
    float inputScale(int i) {
        return 1;
    }

    /** Share of the clean image in the sample at call i. */
    abstract float signalAt(int i);

    /** Share of the noise in the sample at call i. */
    abstract float noiseAt(int i);

    /** What the model predicts. */
    abstract Prediction prediction();

    /** All noise levels of a run from pure noise. */
    float[] allSigmas() {
        return new float[0];
    }

    final int images() {
        return images;
    }

    final int begin() {
        return begin;
    }

    /** Number of calls of a run from pure noise. */
    final int allCalls() {
        return timesteps.length;
    }

    final double timestep(int i) {
        return timesteps[i];
    }

    /** Keeps the predicted clean image. The array is not written again. */
    final void keepClean(float[] predicted) {
        clean = Optional.of(predicted);
    }

    final float[] draw(NoiseSource source, int length) {
        var noise = new float[length];
        source.fill(noise);
        return noise;
    }

    @Override
    public final double[] timesteps() {
        return Arrays.copyOfRange(timesteps, begin, timesteps.length);
    }

    @Override
    public final int calls() {
        return timesteps.length - begin;
    }

    @Override
    public final int order() {
        return order;
    }

    @Override
    public final float[] sigmas() {
        var sigmas = allSigmas();
        return sigmas.length == 0 ? sigmas : Arrays.copyOfRange(sigmas, begin, sigmas.length);
    }

    @Override
    public float initNoiseSigma() {
        return 1;
    }

    @Override
    public final void scaleModelInput(float[] sample, int index, float[] out) {
        requireLength("model input", out, sample.length);
        float scale = inputScale(checked(index));
        for (int i = 0; i < out.length; i++) {
            out[i] = sample[i] / scale;
        }
    }

    @Override
    public final void step(int index, float[] modelOutput, float[] sample, NoiseSource noise, float[] out) {
        int i = checked(index);
        if (i != next) {
            throw new IllegalStateException(
                    "step %d: must be step %d, every call is stepped once and in order".formatted(index, next - begin));
        }
        if (sample.length == 0 || sample.length % images != 0) {
            throw new IllegalArgumentException(
                    "sample of %d values: does not divide into %d images".formatted(sample.length, images));
        }
        if (!takesVariance || modelOutput.length != 2 * sample.length) {
            requireLength("model output", modelOutput, sample.length);
        }
        requireLength("next sample", out, sample.length);
        var advanced = advance(i, modelOutput, sample, noise);
        System.arraycopy(advanced, 0, out, 0, out.length);
        next++;
    }

    @Override
    public final void predictedClean(float[] out) {
        var predicted = clean.orElseThrow(
                () -> new IllegalStateException("no step was taken yet: the clean image is predicted by step"));
        requireLength("clean image", out, predicted.length);
        System.arraycopy(predicted, 0, out, 0, out.length);
    }

    @Override
    public final void outputFor(int index, float[] original, float[] sample, float[] out) {
        requireLength("clean image", original, sample.length);
        requireLength("model output", out, sample.length);
        int i = checked(index);
        float scale = inputScale(i);
        var scaled = new float[sample.length];
        for (int k = 0; k < scaled.length; k++) {
            scaled[k] = sample[k] / scale;
        }
        prediction().output(original, scaled, signalAt(i) / scale, noiseAt(i) / scale, out);
    }

    @Override
    public final void addNoise(float[] original, float[] noise, int index, float[] out) {
        requireLength("noise", noise, original.length);
        requireLength("noisy sample", out, original.length);
        int i = checked(index);
        float signal = signalAt(i);
        float level = noiseAt(i);
        for (int k = 0; k < out.length; k++) {
            out[k] = signal * original[k] + level * noise[k];
        }
    }

    @Override
    public final Sampling copy() {
        try {
            return (Sampling) clone();
        } catch (CloneNotSupportedException e) {
            throw new AssertionError(e);
        }
    }

    private int checked(int index) {
        if (index < 0 || index >= calls()) {
            throw new IndexOutOfBoundsException("call %d: this run has %d, counted from 0".formatted(index, calls()));
        }
        return begin + index;
    }

    private static void requireLength(String name, float[] values, int length) {
        if (values.length != length) {
            throw new IllegalArgumentException(
                    "%s of %d values: must be %d, the length of the sample".formatted(name, values.length, length));
        }
    }
}
