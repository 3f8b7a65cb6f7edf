package dev.suffice.language;

import dev.suffice.engine.Tensor;

/**
 * What reads one text with a decoder, pass by pass, and keeps what later passes need of it. A pass may follow on any earlier position. Not thread-safe; holds native memory until closed.
 */
sealed interface TextReading extends AutoCloseable permits BuiltReading, ConcatenatedReading, WholeReading {
    /** Most tokens of a pass; a longer text is read in pieces, so that memory does not grow with its square. */
    int piece();

    /** Whether a pass leaves anything behind that spares later ones work; one whose logits nobody wants need not be made otherwise. */
    boolean keeps();

    /**
     * Says how long the text will become before the next pass that does not follow on its end.
     *
     * @param text so far
     * @param more tokens
     */
    default void expect(TokenList text, int more) {}

    /**
     * A pass.
     *
     * @param text so far, which does not change
     * @param more tokens that follow on it
     * @param logits receives those of the last tokens, FLOAT32 [1, rows, vocabulary]
     */
    void read(TokenList text, int[] more, Tensor logits);

    /**
     * Reads a token of the text once more, in a pass of its own; what is kept of the text does not change.
     *
     * @param position of the token
     * @param logits receives its own, FLOAT32 [1, 1, vocabulary]
     */
    void readAgain(TokenList text, int position, Tensor logits);

    /** The text has been cut; it may go on otherwise. */
    default void cut(int kept) {}

    /** Native memory that is kept of the text, in bytes. */
    long byteSize();

    @Override
    void close();
}
