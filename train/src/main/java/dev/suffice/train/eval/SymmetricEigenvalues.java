package dev.suffice.train.eval;

/** Eigenvalues and eigenvectors of a real symmetric matrix, by cyclic Jacobi rotations (Golub and Van Loan, Matrix Computations, 8.5). */
@SuppressWarnings("ArrayRecordComponent") // never compared
record SymmetricEigenvalues(double[] values, double[][] vectors) {
    private static final int SWEEPS = 60;

    /** @param matrix symmetric; not changed @return values in no order; the vectors are the columns */
    static SymmetricEigenvalues of(double[][] matrix) {
        int n = matrix.length;
        double[][] a = new double[n][];
        double[][] v = new double[n][n];
        double size = 0;
        for (int i = 0; i < n; i++) {
            a[i] = matrix[i].clone();
            v[i][i] = 1;
            for (double x : a[i]) {
                size += x * x;
            }
        }
        for (int sweep = 0; sweep < SWEEPS && offDiagonal(a) > 1e-24 * size; sweep++) {
            for (int p = 0; p < n; p++) {
                for (int q = p + 1; q < n; q++) {
                    rotate(a, v, p, q);
                }
            }
        }
        double[] values = new double[n];
        for (int i = 0; i < n; i++) {
            values[i] = a[i][i];
        }
        return new SymmetricEigenvalues(values, v);
    }

    private static double offDiagonal(double[][] a) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < i; j++) {
                sum += 2 * a[i][j] * a[i][j];
            }
        }
        return sum;
    }

    private static void rotate(double[][] a, double[][] v, int p, int q) {
        if (a[p][q] == 0) {
            return;
        }
        double theta = (a[q][q] - a[p][p]) / (2 * a[p][q]);
        double t = Math.copySign(1, theta) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
        double c = 1 / Math.sqrt(t * t + 1);
        double s = t * c;
        for (int k = 0; k < a.length; k++) {
            double left = a[k][p];
            double right = a[k][q];
            a[k][p] = c * left - s * right;
            a[k][q] = s * left + c * right;
        }
        for (int k = 0; k < a.length; k++) {
            double upper = a[p][k];
            double lower = a[q][k];
            a[p][k] = c * upper - s * lower;
            a[q][k] = s * upper + c * lower;
            double left = v[k][p];
            double right = v[k][q];
            v[k][p] = c * left - s * right;
            v[k][q] = s * left + c * right;
        }
    }

    /** The symmetric square root; values below zero, which rounding makes, count as zero. */
    double[][] squareRoot() {
        int n = values.length;
        double[][] root = new double[n][n];
        for (int k = 0; k < n; k++) {
            double r = Math.sqrt(Math.max(0, values[k]));
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < n; j++) {
                    root[i][j] += r * vectors[i][k] * vectors[j][k];
                }
            }
        }
        return root;
    }
}
