package dev.suffice.models.quantise;

import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * A fixed orthogonal matrix that mixes every element of a vector with all others, so that none stands out: random signs, then a Hadamard transform of the power of two in
 * the size, and a cosine transform of the odd rest (after QuaRot, Ashkboos et al. 2024). Of a size there is one. Immutable; thread-safe.
 */
public final class Rotation {
    /** The odd rest costs its square. */
    private static final int LARGEST_REST = 255;

    private final int rest;
    private final int power;
    private final boolean[] negative;
    private final double[][] cosines;

    private Rotation(int size) {
        this.power = Integer.lowestOneBit(size);
        this.rest = size / power;
        this.negative = new boolean[size];
        var random = new SplittableRandom(size);
        for (int i = 0; i < size; i++) {
            negative[i] = random.nextBoolean();
        }
        this.cosines = new double[rest][rest];
        for (int i = 0; i < rest; i++) {
            for (int k = 0; k < rest; k++) {
                cosines[i][k] =
                        Math.sqrt((k == 0 ? 1.0 : 2.0) / rest) * Math.cos(Math.PI * (2 * i + 1) * k / (2.0 * rest));
            }
        }
    }

    /**
     * The rotation of vectors of a size.
     *
     * @return empty for sizes whose odd part is too large
     */
    public static Optional<Rotation> of(int size) {
        return size > 0 && size / Integer.lowestOneBit(size) <= LARGEST_REST
                ? Optional.of(new Rotation(size))
                : Optional.empty();
    }

    /** Elements of a vector. */
    public int size() {
        return negative.length;
    }

    /** A row vector times the matrix, in place. */
    public void apply(float[] x) {
        var y = new double[size()];
        for (int i = 0; i < y.length; i++) {
            y[i] = negative[i] ? -x[i] : x[i];
        }
        hadamard(y);
        mix(y, x, false);
    }

    /** A row vector times the transpose of the matrix, in place: takes {@link #apply} back. */
    public void invert(float[] x) {
        var y = new double[size()];
        for (int i = 0; i < y.length; i++) {
            y[i] = x[i];
        }
        hadamard(y);
        mix(y, x, true);
        for (int i = 0; i < y.length; i++) {
            x[i] = negative[i] ? -x[i] : x[i];
        }
    }

    /** The matrix, [size, size], row by row. */
    public float[] matrix() {
        int size = size();
        var matrix = new float[Math.multiplyExact(size, size)];
        var row = new float[size];
        for (int i = 0; i < size; i++) {
            Arrays.fill(row, 0);
            row[i] = 1;
            apply(row);
            System.arraycopy(row, 0, matrix, i * size, size);
        }
        return matrix;
    }

    /** Of each run of as many elements as the power of two, orthonormal. */
    private void hadamard(double[] y) {
        for (int half = 1; half < power; half *= 2) {
            for (int from = 0; from < y.length; from += 2 * half) {
                for (int i = from; i < from + half; i++) {
                    double sum = y[i] + y[i + half];
                    y[i + half] = y[i] - y[i + half];
                    y[i] = sum;
                }
            }
        }
    }

    private void mix(double[] y, float[] x, boolean transposed) {
        double scale = 1 / Math.sqrt(power);
        for (int to = 0; to < rest; to++) {
            for (int i = 0; i < power; i++) {
                double sum = 0;
                for (int from = 0; from < rest; from++) {
                    sum += (transposed ? cosines[to][from] : cosines[from][to]) * y[from * power + i];
                }
                x[to * power + i] = (float) (scale * sum);
            }
        }
    }
}
