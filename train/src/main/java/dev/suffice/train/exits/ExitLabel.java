package dev.suffice.train.exits;

/** What is right for a text. */
public sealed interface ExitLabel {
    /**
     * A category.
     *
     * @param index among the data's labels, from 0
     */
    record Category(int index) implements ExitLabel {}

    /**
     * A number.
     *
     * @param value finite
     */
    record Score(float value) implements ExitLabel {}

    /**
     * A category for each token.
     *
     * @param indices among the data's labels, as many as the text has tokens; {@link #IGNORED} where there is none
     */
    @SuppressWarnings("ArrayRecordComponent") // bulk data, never compared
    record Tokens(int[] indices) implements ExitLabel {
        /** A token that has no label, as in PyTorch. */
        public static final int IGNORED = -100;
    }
}
