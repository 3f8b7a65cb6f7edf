package dev.suffice.language;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/**
 * The last tokens of a text that a model has written, and how what follows falls into tokens behind them: both are tokenized together, so that
 * they agree at the border. Not thread-safe.
 */
final class TextBorder {
    private static final int LOOK_BACK = 8;
    private static final int[] NOTHING = {};

    private final ByteTokenizer tokenizer;
    private final int[] last = new int[LOOK_BACK];

    /** Tokens in {@link #last}, the latest at the end. */
    private int length;

    /** Behind an empty text. */
    TextBorder(ByteTokenizer tokenizer) {
        this.tokenizer = tokenizer;
    }

    /** The text goes on with the model's tokens. */
    void read(int[] tokens) {
        for (int i = Math.max(0, tokens.length - LOOK_BACK); i < tokens.length; i++) {
            if (tokenizer.tokenizer().isSpecial(tokens[i])) {
                length = 0;
            } else {
                System.arraycopy(last, 1, last, 0, LOOK_BACK - 1);
                last[LOOK_BACK - 1] = tokens[i];
                length = Math.min(LOOK_BACK, length + 1);
            }
        }
    }

    /**
     * The tokens of what follows. Where a token of both together would lie across the border, those of what follows alone, for the model has decided
     * to end one there.
     *
     * @return none if the tokenizer changes what follows, or puts a blank before it
     */
    int[] follow(byte[] following) {
        if (following.length == 0) {
            return NOTHING;
        }
        var before = before();
        var whole = Arrays.copyOf(before, before.length + following.length);
        System.arraycopy(following, 0, whole, before.length, following.length);
        var tokens = tokenizer.encode(whole);
        var ends = tokenizer.ends(tokens, whole);
        if (ends.isPresent()) {
            int at = before.length == 0 ? 0 : Arrays.binarySearch(ends.get(), before.length) + 1;
            if (at > 0
                    || (before.length == 0
                            && ends.get()[0] == tokenizer.tokenizer().bytes(tokens[0]).length)) {
                return Arrays.copyOfRange(tokens, at, tokens.length);
            }
        }
        var alone = tokenizer.encode(following);
        var aloneEnds = tokenizer.ends(alone, following);
        boolean exact = aloneEnds.isPresent()
                && alone.length > 0
                && aloneEnds.get()[0] == tokenizer.tokenizer().bytes(alone[0]).length;
        return exact ? alone : NOTHING;
    }

    /** The bytes of the last tokens, from the beginning of a character on. */
    private byte[] before() {
        var bytes = new ByteArrayOutputStream();
        for (int i = LOOK_BACK - length; i < LOOK_BACK; i++) {
            bytes.writeBytes(tokenizer.tokenizer().bytes(last[i]));
        }
        var all = bytes.toByteArray();
        int from = 0;
        while (from < all.length && ByteTokenizer.continues(all[from])) {
            from++;
        }
        return Arrays.copyOfRange(all, from, all.length);
    }
}
