package dev.suffice.language;

import java.util.Arrays;

/**
 * What a draft model has read, kept in step with a text that somebody else writes: of what it read before as much stays as the text begins with. Not
 * thread-safe; holds native memory until closed.
 */
final class DraftReader implements AutoCloseable {
    private final DecoderSession session;
    private final DecodedText text;

    /** Has read nothing; the session stays the caller's. */
    DraftReader(DecoderSession session) {
        this.session = session;
        this.text = session.text();
    }

    /** How many tokens may be drafted behind so many. */
    int room(int length) {
        return Math.max(0, session.context() - length - 1);
    }

    /**
     * Scores of what follows a text; its last token is always read anew.
     *
     * @param tokens of the text, at least one
     */
    float[] after(int[] tokens) {
        int common = Arrays.mismatch(text.tokens(), tokens);
        text.cut(Math.min(common < 0 ? text.length() : common, tokens.length - 1));
        return text.read(Arrays.copyOfRange(tokens, text.length(), tokens.length), 1)[0];
    }

    /** Scores of what follows one more token, which the draft goes on with. */
    float[] after(int token) {
        return text.read(new int[] {token}, 1)[0];
    }

    @Override
    public void close() {
        text.close();
    }
}
