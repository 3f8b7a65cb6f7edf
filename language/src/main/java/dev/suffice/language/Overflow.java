package dev.suffice.language;

import java.util.Optional;

/** What of a text stays when the context is full. Thread-safe: it decides by what it is given. */
@FunctionalInterface
public interface Overflow {
    /** Everything, so that nothing can follow: a prompt that does not fit is refused, an answer ends. */
    Overflow STOP = (_, _, _) -> Optional.empty();

    /**
     * Shortens a text. The next token is written as if what remains had been all there was.
     *
     * @param prompt tokens, as they were given
     * @param answer tokens that were written, all of them, whatever was dropped before; none while the prompt itself does not fit
     * @param context most tokens of a text
     * @return what remains, fewer tokens than the context and at least one, with the answer's last token at its end; empty if the text is not to be shortened
     * @throws dev.suffice.core.InvalidRequestException if what has to stay is too long
     */
    Optional<int[]> shorten(int[] prompt, int[] answer, int context);
}
