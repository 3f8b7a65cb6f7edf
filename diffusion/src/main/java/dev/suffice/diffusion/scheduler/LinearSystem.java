package dev.suffice.diffusion.scheduler;

/** Small dense systems of linear equations. */
final class LinearSystem {
    private LinearSystem() {}

    /**
     * Solves matrix x = right by elimination with row pivoting.
     *
     * @param matrix square, not singular
     * @param right at least as many values as the matrix has rows
     */
    static float[] solve(float[][] matrix, float[] right) {
        int size = matrix.length;
        var rows = new double[size][size + 1];
        for (int i = 0; i < size; i++) {
            for (int j = 0; j < size; j++) {
                rows[i][j] = matrix[i][j];
            }
            rows[i][size] = right[i];
        }
        for (int column = 0; column < size; column++) {
            int pivot = column;
            for (int i = column + 1; i < size; i++) {
                if (Math.abs(rows[i][column]) > Math.abs(rows[pivot][column])) {
                    pivot = i;
                }
            }
            var swapped = rows[column];
            rows[column] = rows[pivot];
            rows[pivot] = swapped;
            for (int i = column + 1; i < size; i++) {
                double factor = rows[i][column] / rows[column][column];
                for (int j = column; j <= size; j++) {
                    rows[i][j] -= factor * rows[column][j];
                }
            }
        }
        var solution = new float[size];
        for (int i = size - 1; i >= 0; i--) {
            double value = rows[i][size];
            for (int j = i + 1; j < size; j++) {
                value -= rows[i][j] * solution[j];
            }
            solution[i] = (float) (value / rows[i][i]);
        }
        return solution;
    }
}
