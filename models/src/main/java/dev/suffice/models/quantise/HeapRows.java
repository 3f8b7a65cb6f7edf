package dev.suffice.models.quantise;

/**
 * A small matrix in the heap, as one that was just trained. Not thread-safe.
 *
 * @param name for messages
 * @param columns elements of a row
 * @param values row by row
 */
@SuppressWarnings("ArrayRecordComponent") // bulk data, never compared
public record HeapRows(String name, int columns, float[] values) implements MatrixRows {
    /**
     * Keeps the values as they are.
     *
     * @throws IllegalArgumentException if they are not a whole number of rows
     */
    public HeapRows {
        if (columns < 1 || values.length % columns != 0) {
            throw new IllegalArgumentException("%s: %d values in rows of %d".formatted(name, values.length, columns));
        }
    }

    @Override
    public long rows() {
        return values.length / columns;
    }

    @Override
    public void read(long row, float[] target) {
        System.arraycopy(values, Math.toIntExact(row * columns), target, 0, columns);
    }
}
