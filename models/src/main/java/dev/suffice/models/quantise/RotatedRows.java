package dev.suffice.models.quantise;

/** A matrix that reads rotated vectors, one or several side by side: each column times a factor, then each part of a row turned. Not thread-safe. */
public final class RotatedRows extends DerivedRows {
    private final float[] factors;
    private final Rotation rotation;
    private final float[] part;

    /**
     * Turns a matrix.
     *
     * @param factors of the columns, e.g. the weight of the normalisation before it
     * @throws IllegalArgumentException if the sizes differ
     */
    public RotatedRows(MatrixRows matrix, float[] factors, Rotation rotation) {
        super(matrix);
        if (matrix.columns() % rotation.size() != 0 || factors.length != matrix.columns()) {
            throw new IllegalArgumentException("%s: %d columns, %d factors, turned by a rotation of %d"
                    .formatted(matrix.name(), matrix.columns(), factors.length, rotation.size()));
        }
        this.factors = factors;
        this.rotation = rotation;
        this.part = new float[rotation.size()];
    }

    @Override
    public void read(long row, float[] target) {
        matrix.read(row, target);
        for (int i = 0; i < factors.length; i++) {
            target[i] *= factors[i];
        }
        for (int from = 0; from < factors.length; from += part.length) {
            System.arraycopy(target, from, part, 0, part.length);
            rotation.apply(part);
            System.arraycopy(part, 0, target, from, part.length);
        }
    }
}
