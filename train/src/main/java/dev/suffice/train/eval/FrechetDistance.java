package dev.suffice.train.eval;

import java.util.List;

/**
 * The Frechet distance of two normal distributions, as in FID (Heusel et al. 2017):
 * {@code |m1 - m2|^2 + tr(C1 + C2 - 2 (C1^1/2 C2 C1^1/2)^1/2)}.
 *
 * <p>It is biased by the sizes of the samples: compare only values from samples of equal sizes.
 */
public final class FrechetDistance {
    private FrechetDistance() {}

    /**
     * What the distance needs of a sample.
     *
     * @param mean of the vectors
     * @param covariance of the vectors, unbiased
     */
    @SuppressWarnings("ArrayRecordComponent") // statistics, never compared
    public record Moments(double[] mean, double[][] covariance) {
        /** Of a sample of vectors of one length. @throws IllegalArgumentException if it has fewer than two */
        public static Moments of(List<double[]> sample) {
            if (sample.size() < 2) {
                throw new IllegalArgumentException(
                        "sample of " + sample.size() + " vectors: expected at least 2, for a covariance");
            }
            int n = sample.getFirst().length;
            double[] mean = new double[n];
            for (double[] x : sample) {
                for (int i = 0; i < n; i++) {
                    mean[i] += x[i] / sample.size();
                }
            }
            double[][] covariance = new double[n][n];
            for (double[] x : sample) {
                for (int i = 0; i < n; i++) {
                    for (int j = 0; j < n; j++) {
                        covariance[i][j] += (x[i] - mean[i]) * (x[j] - mean[j]) / (sample.size() - 1);
                    }
                }
            }
            return new Moments(mean, covariance);
        }
    }

    /** Between two samples of vectors of one length. @throws IllegalArgumentException if one has fewer than two */
    static double between(List<double[]> first, List<double[]> second) {
        return between(Moments.of(first), Moments.of(second));
    }

    /** Between two samples. */
    public static double between(Moments first, Moments second) {
        double[] m1 = first.mean();
        double[] m2 = second.mean();
        double[][] c1 = first.covariance();
        double[][] c2 = second.covariance();
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
