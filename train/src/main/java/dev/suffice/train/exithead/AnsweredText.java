package dev.suffice.train.exithead;

import dev.suffice.core.InvalidRequestException;

/**
 * A text of which the end is learned from.
 *
 * @param tokens all of them
 * @param prompt how many of them the answer follows on, at least 1 and fewer than there are
 */
@SuppressWarnings("ArrayRecordComponent") // copied, never compared
public record AnsweredText(int[] tokens, int prompt) {
    /**
     * Copies and checks.
     *
     * @throws InvalidRequestException if there is no prompt or no answer
     */
    public AnsweredText {
        tokens = tokens.clone();
        if (prompt < 1 || prompt >= tokens.length) {
            throw new InvalidRequestException(
                    "text of %d tokens, %d of them before the answer: both parts need at least one"
                            .formatted(tokens.length, prompt));
        }
    }

    /** Places of which something is learned: those whose next token is one of the answer. */
    public int places() {
        return tokens.length - prompt;
    }
}
