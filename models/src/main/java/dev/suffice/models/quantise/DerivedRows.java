package dev.suffice.models.quantise;

/** A matrix that is another one, changed as its rows are read. */
abstract class DerivedRows implements MatrixRows {
    final MatrixRows matrix;

    DerivedRows(MatrixRows matrix) {
        this.matrix = matrix;
    }

    @Override
    public String name() {
        return matrix.name();
    }

    @Override
    public long rows() {
        return matrix.rows();
    }

    @Override
    public int columns() {
        return matrix.columns();
    }
}
