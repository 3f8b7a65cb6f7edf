package dev.suffice.models.quantise;

/** The first rows of a matrix. */
public final class FirstRows extends DerivedRows {
    private final long rows;

    /**
     * Takes them.
     *
     * @param matrix that has as many
     * @param rows how many
     * @throws IllegalArgumentException if it has not, or there are to be none
     */
    public FirstRows(MatrixRows matrix, long rows) {
        super(matrix);
        if (rows < 1 || rows > matrix.rows()) {
            throw new IllegalArgumentException("%s: %d of %d rows".formatted(matrix.name(), rows, matrix.rows()));
        }
        this.rows = rows;
    }

    @Override
    public long rows() {
        return rows;
    }

    @Override
    public void read(long row, float[] target) {
        matrix.read(row, target);
    }
}
