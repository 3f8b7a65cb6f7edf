package dev.suffice.classify.data;

/**
 * How much is read, so that a file of another kind does not fill the memory.
 *
 * @param file bytes of a file
 * @param line bytes of a line
 * @param rows of a file
 */
record Limits(long file, int line, int rows) {
    /** 2 GiB, 1 MiB a line, five million rows. */
    static final Limits USUAL = new Limits(2L << 30, 1 << 20, 5_000_000);
}
