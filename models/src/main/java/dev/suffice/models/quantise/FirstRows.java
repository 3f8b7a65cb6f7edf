package dev.suffice.models.quantise;

/**
 * The first rows of a matrix.
 *
 * @param matrix that has as many
 * @param rows how many
 */
public record FirstRows(MatrixRows matrix, long rows) implements MatrixRows {
    /** Checks the number. */
    public FirstRows {
        if (rows < 1 || rows > matrix.rows()) {
            throw new IllegalArgumentException("%s: %d of %d rows".formatted(matrix.name(), rows, matrix.rows()));
        }
    }

    @Override
    public String name() {
        return matrix.name();
    }

    @Override
    public int columns() {
        return matrix.columns();
    }

    @Override
    public void read(long row, float[] target) {
        matrix.read(row, target);
    }
}
