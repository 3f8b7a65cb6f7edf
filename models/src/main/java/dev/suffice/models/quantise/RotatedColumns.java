package dev.suffice.models.quantise;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** A matrix that writes rotated vectors: each column turned. As that needs all its rows, it lies in native memory while it is read. Not thread-safe. */
public final class RotatedColumns extends DerivedRows {
    private final Rotation rotation;
    private final NativeScratch scratch;
    private MemorySegment turned = MemorySegment.NULL;
    private int turn = -1;

    /**
     * Turns a matrix.
     *
     * @param scratch what it lies in, open as long as it is read
     * @throws IllegalArgumentException if it has not as many rows as the rotation's size
     */
    public RotatedColumns(MatrixRows matrix, Rotation rotation, NativeScratch scratch) {
        super(matrix);
        if (matrix.rows() != rotation.size()) {
            throw new IllegalArgumentException(
                    "%s: %d rows, turned by a rotation of %d".formatted(matrix.name(), matrix.rows(), rotation.size()));
        }
        this.rotation = rotation;
        this.scratch = scratch;
    }

    @Override
    public void read(long row, float[] target) {
        if (turn != scratch.turn()) {
            load();
        }
        MemorySegment.copy(turned, ValueLayout.JAVA_FLOAT, row * rowBytes(), target, 0, columns());
    }

    private long rowBytes() {
        return (long) columns() * Float.BYTES;
    }

    private void load() {
        turned = scratch.take(rows() * rowBytes());
        turn = scratch.turn();
        var row = new float[columns()];
        for (long i = 0; i < rows(); i++) {
            matrix.read(i, row);
            MemorySegment.copy(row, 0, turned, ValueLayout.JAVA_FLOAT, i * rowBytes(), row.length);
        }
        var column = new float[rotation.size()];
        for (int k = 0; k < columns(); k++) {
            for (int i = 0; i < column.length; i++) {
                column[i] = turned.getAtIndex(ValueLayout.JAVA_FLOAT, (long) i * columns() + k);
            }
            rotation.apply(column);
            for (int i = 0; i < column.length; i++) {
                turned.setAtIndex(ValueLayout.JAVA_FLOAT, (long) i * columns() + k, column[i]);
            }
        }
    }
}
