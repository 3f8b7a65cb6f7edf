package dev.suffice.train.loop;

/** The learning rate of a step. */
@FunctionalInterface
public interface LearningRate {
    /**
     * The rate.
     *
     * @param step from 0
     * @param progress what part of the stage is done, 0..1
     */
    double at(long step, double progress);

    /** Linear warm-up over the first steps, then half a cosine from the peak down to a twentieth of it at the end. */
    static LearningRate cosine(double peak, long warmUp) {
        return (step, progress) ->
                peak * (0.05 + 0.95 * 0.5 * (1 + Math.cos(Math.PI * progress))) * warmth(step, warmUp);
    }

    /** Linear warm-up over the first steps, while the rate falls on a line from the peak at the start to a fiftieth of it at the end. */
    static LearningRate linear(double peak, long warmUp) {
        return (step, progress) -> peak * Math.max(0.02, 1 - progress) * warmth(step, warmUp);
    }

    private static double warmth(long step, long warmUp) {
        return Math.min(1, (step + 1) / (double) Math.max(1, warmUp));
    }
}
