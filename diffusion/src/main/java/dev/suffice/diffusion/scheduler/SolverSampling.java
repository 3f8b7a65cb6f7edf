package dev.suffice.diffusion.scheduler;

/** A run of an exponential integrator, on samples x = alpha x0 + sigma noise. */
abstract class SolverSampling extends StepwiseSampling {
    private final float[] levels;
    private final NoisePoint[] points;

    /**
     * @param levels of every step and the final one
     * @param timesteps one for each step
     */
    SolverSampling(
            SamplingPlan plan, SolverSchedule schedule, float[] levels, double[] timesteps, boolean takesVariance) {
        super(plan, timesteps, timesteps.length, 1, takesVariance);
        this.levels = levels;
        points = new NoisePoint[levels.length];
        for (int i = 0; i < points.length; i++) {
            points[i] = schedule.point(levels[i]);
        }
    }

    /** The noise level at the start of step i, or at the end of the last one. */
    final NoisePoint point(int i) {
        return points[i];
    }

    @Override
    final float[] allSigmas() {
        return levels;
    }

    @Override
    final float signalAt(int i) {
        return points[i].alpha();
    }

    @Override
    final float noiseAt(int i) {
        return points[i].sigma();
    }

    /** The prediction without the variance that some models append to it. */
    final float[] withoutVariance(float[] output, int length) {
        if (output.length == length) {
            return output;
        }
        int size = length / images();
        var mean = new float[length];
        for (int image = 0; image < images(); image++) {
            System.arraycopy(output, 2 * image * size, mean, image * size, size);
        }
        return mean;
    }
}
