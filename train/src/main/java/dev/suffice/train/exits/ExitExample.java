package dev.suffice.train.exits;

/**
 * A text, or a pair of texts, and what is right for it. Arrays are not copied.
 *
 * @param tokens ids of the encoder's tokenizer, with its special tokens
 * @param types which of two texts a token belongs to, as the tokenizer counts; as many
 * @param label what is right
 */
@SuppressWarnings("ArrayRecordComponent") // bulk data, never compared
public record ExitExample(int[] tokens, int[] types, ExitLabel label) {
    /** A text of a category. */
    public static ExitExample of(int[] tokens, int category) {
        return new ExitExample(tokens, new int[tokens.length], new ExitLabel.Category(category));
    }

    /** A text with a number. */
    public static ExitExample scored(int[] tokens, float score) {
        return new ExitExample(tokens, new int[tokens.length], new ExitLabel.Score(score));
    }

    /** A text with a category for each token. */
    public static ExitExample tagged(int[] tokens, int[] categories) {
        return new ExitExample(tokens, new int[tokens.length], new ExitLabel.Tokens(categories));
    }

    /** The same with types of its tokens, which are 0 otherwise. */
    public ExitExample withTypes(int[] other) {
        return new ExitExample(tokens, other, label);
    }
}
