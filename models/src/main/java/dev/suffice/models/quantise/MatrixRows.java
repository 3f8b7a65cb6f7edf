package dev.suffice.models.quantise;

/** A matrix of a file whose rows can be read as numbers, whatever its type. Not thread-safe. */
public interface MatrixRows {
    /** Name, for messages. */
    String name();

    /** How many rows. */
    long rows();

    /** Elements of a row. */
    int columns();

    /**
     * Reads a row.
     *
     * @param row 0 to {@link #rows()} - 1
     * @param target receives {@link #columns()} numbers from its start
     */
    void read(long row, float[] target);
}
