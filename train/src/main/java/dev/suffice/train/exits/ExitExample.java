package dev.suffice.train.exits;

/**
 * A text and what is right for it. Arrays are not copied.
 *
 * @param tokens ids of the encoder's tokenizer, with its special tokens
 * @param label what is right
 */
@SuppressWarnings("ArrayRecordComponent") // bulk data, never compared
public record ExitExample(int[] tokens, ExitLabel label) {
    /** A text of a category. */
    public static ExitExample of(int[] tokens, int category) {
        return new ExitExample(tokens, new ExitLabel.Category(category));
    }

    /** A text with a number. */
    public static ExitExample scored(int[] tokens, float score) {
        return new ExitExample(tokens, new ExitLabel.Score(score));
    }

    /** A text with a category for each token. */
    public static ExitExample tagged(int[] tokens, int[] categories) {
        return new ExitExample(tokens, new ExitLabel.Tokens(categories));
    }
}
