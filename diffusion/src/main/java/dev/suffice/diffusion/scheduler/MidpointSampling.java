package dev.suffice.diffusion.scheduler;

import dev.suffice.diffusion.noise.NoiseSource;
import dev.suffice.diffusion.scheduler.ExplodingSchedule.Levels;
import java.util.Optional;

/** A run of the midpoint method: a first call leads to a middle level, a second one there gives the whole step. */
abstract class MidpointSampling extends ExplodingSampling {
    private final Prediction prediction;
    private final float[] middles;
    private Optional<float[]> start = Optional.empty();

    /**
     * @param levels the sigma of every step and the final one, 0
     * @param middles the sigma in the middle of every step, 0 for the last
     * @param timesteps of the levels
     */
    MidpointSampling(
            SamplingPlan plan,
            ExplodingSchedule schedule,
            Prediction prediction,
            float[] levels,
            float[] middles,
            double[] timesteps) {
        super(plan, schedule, levels, interleaved(schedule.table(), timesteps, middles), timesteps.length, 2);
        this.prediction = prediction;
        this.middles = middles;
    }

    /** The levels of a run; Karras levels are told to the model as whole timesteps. */
    static Levels levels(ExplodingSchedule schedule, SamplingPlan plan, String className) {
        var levels = schedule.levels(plan, className);
        boolean whole =
                schedule.sigmaSpacing().filter(KarrasSigmas.class::isInstance).isPresent();
        return whole ? new Levels(levels.sigmas(), Grids.rounded(levels.timesteps())) : levels;
    }

    private static double[] interleaved(SigmaTable table, double[] timesteps, float[] middles) {
        var both = new double[2 * timesteps.length - 1];
        for (int i = 0; i < both.length; i++) {
            both[i] = (float) (i % 2 == 0 ? timesteps[i / 2] : table.timestepOf(middles[i / 2]));
        }
        return both;
    }

    /** The level that the deterministic part of a step ends at. */
    abstract float target(int step);

    /** What is left to do after the second call. */
    abstract float[] finish(int step, float[] next, NoiseSource source);

    @Override
    final float sigmaAt(int i) {
        return i % 2 == 0 ? level(i / 2) : middles[i / 2];
    }

    /** Each level twice but the first, and the final one three times: the layout of recorded runs. */
    @Override
    final float[] allSigmas() {
        int last = levels().length - 1;
        var sigmas = new float[2 * last + 2];
        for (int i = 0; i < sigmas.length; i++) {
            sigmas[i] = level(Math.min((i + 1) / 2, last));
        }
        return sigmas;
    }

    @Override
    final Prediction prediction() {
        return prediction;
    }

    @Override
    final float[] advance(int i, float[] output, float[] sample, NoiseSource source) {
        int step = i / 2;
        float from = level(step);
        float sigma = sigmaAt(i);
        var clean = prediction.cleanOfExploding(output, sample, sigma);
        keepClean(clean);
        var derivative = Latents.slope(sample, clean, sigma);
        if (start.isEmpty()) {
            start = Optional.of(sample.clone());
            return Latents.plus(sample, middles[step] - from, derivative);
        }
        var origin = start.get();
        start = Optional.empty();
        return finish(step, Latents.plus(origin, target(step) - from, derivative), source);
    }
}
