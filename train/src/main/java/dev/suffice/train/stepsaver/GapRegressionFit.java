package dev.suffice.train.stepsaver;

import dev.suffice.diffusion.stepsaver.GapRegression;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Fits a {@link GapRegression}. Logarithms of gaps are standardised for each sampler and count; one ridge regression on the features, of all samplers
 * together, says how hard a prompt is; then each sampler gets its own slope, drawn towards 1 where it has few examples, and its own spread. Slopes
 * and spreads are taken from predictions of prompts that were left out, and so is the strength of the penalty.
 */
final class GapRegressionFit {
    private static final int FOLDS = 8;
    private static final double[] PENALTIES = {30, 100, 300, 1000, 3000, 10_000};
    private static final double SMALLEST_GAP = 1e-5;
    private static final double SLOPE_WEIGHT = 10;

    private final int samplers;
    private final int counts;
    private final boolean lengthOnly;

    /**
     * A way to fit.
     *
     * @param counts all but the last
     * @param lengthOnly whether only the last feature is read, the length of the prompt: the baseline
     */
    GapRegressionFit(int samplers, int counts, boolean lengthOnly) {
        this.samplers = samplers;
        this.counts = counts;
        this.lengthOnly = lengthOnly;
    }

    GapRegression fit(List<StepExample> examples) {
        var level = new double[samplers][counts];
        var spread = new double[samplers][counts];
        for (int s = 0; s < samplers; s++) {
            for (int c = 0; c < counts; c++) {
                moments(examples, s, c, level, spread);
            }
        }
        var inputs = new ArrayList<float[]>();
        var targets = new ArrayList<double[]>();
        for (var example : examples) {
            var target = new double[counts];
            for (int c = 0; c < counts; c++) {
                target[c] = (log(example, c) - level[example.sampler()][c]) / spread[example.sampler()][c];
            }
            inputs.add(example.features());
            targets.add(target);
        }
        var used = new boolean[inputs.getFirst().length];
        Arrays.fill(used, lengthOnly ? used.length - 1 : 0, used.length, true);
        double best = Double.POSITIVE_INFINITY;
        double penalty = PENALTIES[0];
        var leftOut = new double[0][];
        for (var tried : PENALTIES) {
            var predicted = leftOut(examples, inputs, targets, used, tried);
            double error = 0;
            for (int e = 0; e < predicted.length; e++) {
                for (int c = 0; c < counts; c++) {
                    double miss = targets.get(e)[c] - predicted[e][c];
                    error += miss * miss;
                }
            }
            if (error < best) {
                best = error;
                penalty = tried;
                leftOut = predicted;
            }
        }
        return regression(Ridge.fit(inputs, targets, used, penalty), examples, targets, leftOut, level, spread);
    }

    private static double log(StepExample example, int count) {
        return Math.log(Math.max(SMALLEST_GAP, example.gaps()[count]));
    }

    private static void moments(List<StepExample> examples, int s, int c, double[][] level, double[][] spread) {
        double n = 0;
        double sum = 0;
        double squares = 0;
        for (var example : examples) {
            if (example.sampler() == s) {
                n++;
                sum += log(example, c);
                squares += log(example, c) * log(example, c);
            }
        }
        level[s][c] = sum / n;
        spread[s][c] = Math.sqrt(Math.max(1e-4, squares / n - level[s][c] * level[s][c]));
    }

    /** Predictions of each example by a fit without its prompt. */
    private double[][] leftOut(
            List<StepExample> examples, List<float[]> inputs, List<double[]> targets, boolean[] used, double penalty) {
        var predicted = new double[examples.size()][counts];
        for (int fold = 0; fold < FOLDS; fold++) {
            var some = new ArrayList<float[]>();
            var theirs = new ArrayList<double[]>();
            for (int e = 0; e < examples.size(); e++) {
                if (fold(examples.get(e)) != fold) {
                    some.add(inputs.get(e));
                    theirs.add(targets.get(e));
                }
            }
            if (some.isEmpty()) {
                continue;
            }
            var ridge = Ridge.fit(some, theirs, used, penalty);
            for (int e = 0; e < examples.size(); e++) {
                if (fold(examples.get(e)) == fold) {
                    for (int c = 0; c < counts; c++) {
                        predicted[e][c] = ridge.predict(inputs.get(e), c);
                    }
                }
            }
        }
        return predicted;
    }

    private static int fold(StepExample example) {
        return Math.floorMod((example.prompt().hashCode() * 0x85ebca6b) >>> 8, FOLDS);
    }

    private GapRegression regression(
            Ridge ridge,
            List<StepExample> examples,
            List<double[]> targets,
            double[][] leftOut,
            double[][] level,
            double[][] spread) {
        int width = examples.getFirst().features().length;
        var weight = new float[counts][width];
        var bias = new float[counts];
        var offset = new float[samplers][counts];
        var slope = new float[samplers][counts];
        var deviation = new float[samplers][counts];
        for (int c = 0; c < counts; c++) {
            bias[c] = (float) ridge.bias()[c];
            for (int i = 0; i < width; i++) {
                weight[c][i] = (float) ridge.weight()[c][i];
            }
            for (int s = 0; s < samplers; s++) {
                double products = SLOPE_WEIGHT * 0.05;
                double squares = SLOPE_WEIGHT * 0.05;
                for (int e = 0; e < leftOut.length; e++) {
                    if (examples.get(e).sampler() == s) {
                        products += targets.get(e)[c] * leftOut[e][c];
                        squares += leftOut[e][c] * leftOut[e][c];
                    }
                }
                double factor = Math.clamp(products / squares, 0, 2);
                double misses = 0;
                double n = 0;
                for (int e = 0; e < leftOut.length; e++) {
                    if (examples.get(e).sampler() == s) {
                        double miss = targets.get(e)[c] - factor * leftOut[e][c];
                        misses += miss * miss;
                        n++;
                    }
                }
                offset[s][c] = (float) level[s][c];
                slope[s][c] = (float) (factor * spread[s][c]);
                deviation[s][c] = (float) (Math.sqrt(Math.max(1e-3, misses / n)) * spread[s][c]);
            }
        }
        return new GapRegression(weight, bias, offset, slope, deviation);
    }
}
