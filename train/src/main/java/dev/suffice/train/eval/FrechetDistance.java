package dev.suffice.train.eval;

import java.util.List;

/**
 * The Frechet distance of two normal distributions, as in FID (Heusel et al. 2017):
 * {@code |m1 - m2|^2 + tr(C1 + C2 - 2 (C1^1/2 C2 C1^1/2)^1/2)}.
 *
 * <p>It is biased by the sizes of the samples: compare only values from samples of equal sizes.
 */
final class FrechetDistance {
    private FrechetDistance() {}

    /** Between two samples of vectors of one length. @throws IllegalArgumentException if one has fewer than two */
    static double between(List<double[]> first, List<double[]> second) {
        if (first.size() < 2 || second.size() < 2) {
            throw new IllegalArgumentException("samples of " + first.size() + " and " + second.size()
                    + " vectors: expected at least 2 each, for a covariance");
        }
        double[] m1 = mean(first);
        double[] m2 = mean(second);
        double[][] c1 = covariance(first, m1);
        double[][] c2 = covariance(second, m2);
        double[][] root = SymmetricEigenvalues.of(c1).squareRoot();
        double distance = 0;
        for (double value :
                SymmetricEigenvalues.of(product(product(root, c2), root)).values()) {
            distance -= 2 * Math.sqrt(Math.max(0, value));
        }
        for (int i = 0; i < m1.length; i++) {
            distance += (m1[i] - m2[i]) * (m1[i] - m2[i]) + c1[i][i] + c2[i][i];
        }
        return Math.max(0, distance);
    }

    private static double[] mean(List<double[]> sample) {
        double[] mean = new double[sample.getFirst().length];
        for (double[] x : sample) {
            for (int i = 0; i < mean.length; i++) {
                mean[i] += x[i] / sample.size();
            }
        }
        return mean;
    }

    private static double[][] covariance(List<double[]> sample, double[] mean) {
        int n = mean.length;
        double[][] covariance = new double[n][n];
        for (double[] x : sample) {
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < n; j++) {
                    covariance[i][j] += (x[i] - mean[i]) * (x[j] - mean[j]) / (sample.size() - 1);
                }
            }
        }
        return covariance;
    }

    private static double[][] product(double[][] a, double[][] b) {
        int n = a.length;
        double[][] out = new double[n][n];
        for (int i = 0; i < n; i++) {
            for (int k = 0; k < n; k++) {
                for (int j = 0; j < n; j++) {
                    out[i][j] += a[i][k] * b[k][j];
                }
            }
        }
        return out;
    }
}
