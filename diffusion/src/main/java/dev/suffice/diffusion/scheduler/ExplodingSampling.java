package dev.suffice.diffusion.scheduler;

import static dev.suffice.diffusion.scheduler.Float32.sqrt;

/** A run in the variance-exploding form x = x0 + sigma noise. */
abstract class ExplodingSampling extends StepwiseSampling {
    private final float[] levels;
    private final float initNoiseSigma;

    /**
     * @param levels the sigma of every step and the final one
     */
    ExplodingSampling(
            SamplingPlan plan, ExplodingSchedule schedule, float[] levels, double[] timesteps, int steps, int order) {
        super(plan, timesteps, steps, order);
        this.levels = levels;
        float largest = 0;
        for (float level : levels) {
            largest = Math.max(largest, level);
        }
        initNoiseSigma = schedule.initNoiseSigma(largest);
    }

    /** The noise level at the start of a step, or at the end of the last one. */
    final float level(int step) {
        return levels[step];
    }

    final float[] levels() {
        return levels;
    }

    /** The noise level of the sample that call i gets. */
    float sigmaAt(int i) {
        return levels[i];
    }

    @Override
    float[] allSigmas() {
        return levels;
    }

    @Override
    public final float initNoiseSigma() {
        return initNoiseSigma;
    }

    @Override
    final float inputScale(int i) {
        float sigma = sigmaAt(i);
        return sqrt(sigma * sigma + 1);
    }

    @Override
    final float signalAt(int i) {
        return 1;
    }

    @Override
    final float noiseAt(int i) {
        return sigmaAt(i);
    }
}
