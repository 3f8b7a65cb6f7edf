package dev.suffice.train.stepsaver;

import java.util.List;

/**
 * Linear regression with a penalty on the weights (Hoerl and Kennard 1970), of several targets on standardised inputs: one factorisation for all
 * targets.
 *
 * @param weight [targets][inputs]
 * @param bias [targets]
 */
@SuppressWarnings("ArrayRecordComponent") // parameters, never compared
record Ridge(double[][] weight, double[] bias) {
    /**
     * Fits.
     *
     * @param inputs [examples][inputs]
     * @param targets [examples][targets]
     * @param used which inputs are read
     * @param penalty in units of examples
     */
    static Ridge fit(List<float[]> inputs, List<double[]> targets, boolean[] used, double penalty) {
        int n = inputs.size();
        int width = inputs.getFirst().length;
        int outputs = targets.getFirst().length;
        var mean = new double[width];
        var scale = new double[width];
        for (int i = 0; i < width; i++) {
            double sum = 0;
            double squares = 0;
            for (var x : inputs) {
                sum += x[i];
                squares += (double) x[i] * x[i];
            }
            mean[i] = sum / n;
            double variance = squares / n - mean[i] * mean[i];
            scale[i] = used[i] && variance > 1e-10 ? 1 / Math.sqrt(variance) : 0;
        }
        var middle = new double[outputs];
        for (var y : targets) {
            for (int o = 0; o < outputs; o++) {
                middle[o] += y[o] / n;
            }
        }
        var gram = new double[width][width];
        var moment = new double[width][outputs];
        var row = new double[width];
        for (int e = 0; e < n; e++) {
            for (int i = 0; i < width; i++) {
                row[i] = (inputs.get(e)[i] - mean[i]) * scale[i];
            }
            for (int i = 0; i < width; i++) {
                for (int j = 0; j <= i; j++) {
                    gram[i][j] += row[i] * row[j];
                }
                for (int o = 0; o < outputs; o++) {
                    moment[i][o] += row[i] * (targets.get(e)[o] - middle[o]);
                }
            }
        }
        for (int i = 0; i < width; i++) {
            gram[i][i] += penalty;
        }
        cholesky(gram);
        var weight = new double[outputs][width];
        var bias = middle.clone();
        for (int o = 0; o < outputs; o++) {
            var solved = solve(gram, moment, o);
            for (int i = 0; i < width; i++) {
                weight[o][i] = solved[i] * scale[i];
                bias[o] -= weight[o][i] * mean[i];
            }
        }
        return new Ridge(weight, bias);
    }

    /** In place, the lower triangle. */
    private static void cholesky(double[][] a) {
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j <= i; j++) {
                double sum = a[i][j];
                for (int k = 0; k < j; k++) {
                    sum -= a[i][k] * a[j][k];
                }
                a[i][j] = i == j ? Math.sqrt(sum) : sum / a[j][j];
            }
        }
    }

    private static double[] solve(double[][] lower, double[][] right, int column) {
        int n = lower.length;
        var x = new double[n];
        for (int i = 0; i < n; i++) {
            double sum = right[i][column];
            for (int k = 0; k < i; k++) {
                sum -= lower[i][k] * x[k];
            }
            x[i] = sum / lower[i][i];
        }
        for (int i = n - 1; i >= 0; i--) {
            double sum = x[i];
            for (int k = i + 1; k < n; k++) {
                sum -= lower[k][i] * x[k];
            }
            x[i] = sum / lower[i][i];
        }
        return x;
    }

    /** The target of an input. */
    double predict(float[] input, int target) {
        double sum = bias[target];
        for (int i = 0; i < input.length; i++) {
            sum += weight[target][i] * input[i];
        }
        return sum;
    }
}
