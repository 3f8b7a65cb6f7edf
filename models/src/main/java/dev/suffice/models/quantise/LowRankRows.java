package dev.suffice.models.quantise;

import dev.suffice.models.ModelException;

/** A matrix plus the product of two thin ones, W + s B A, as low-rank adaptation trains it (LoRA, Hu et al., 2021). Not thread-safe. */
public final class LowRankRows extends DerivedRows {
    private final float[][] a;
    private final MatrixRows b;
    private final float[] left;
    private final double scale;

    /**
     * Adds a product.
     *
     * @param matrix W, [out, in]
     * @param a A, [rank, in]
     * @param b B, [out, rank]
     * @param scale s
     * @throws ModelException if the sizes do not belong together
     */
    public LowRankRows(MatrixRows matrix, MatrixRows a, MatrixRows b, double scale) {
        super(matrix);
        if (a.columns() != matrix.columns() || b.rows() != matrix.rows() || b.columns() != a.rows()) {
            throw new ModelException(
                    "%s: [%d, %d] with an adapter of [%d, %d] and [%d, %d]: do the two belong together?"
                            .formatted(
                                    matrix.name(),
                                    matrix.rows(),
                                    matrix.columns(),
                                    a.rows(),
                                    a.columns(),
                                    b.rows(),
                                    b.columns()));
        }
        this.a = new float[Math.toIntExact(a.rows())][a.columns()];
        for (int row = 0; row < this.a.length; row++) {
            a.read(row, this.a[row]);
        }
        this.b = b;
        this.left = new float[b.columns()];
        this.scale = scale;
    }

    @Override
    public void read(long row, float[] target) {
        matrix.read(row, target);
        b.read(row, left);
        var sum = new double[columns()];
        for (int k = 0; k < left.length; k++) {
            for (int i = 0; i < sum.length; i++) {
                sum[i] += (double) left[k] * a[k][i];
            }
        }
        for (int i = 0; i < sum.length; i++) {
            target[i] += (float) (scale * sum[i]);
        }
    }
}
