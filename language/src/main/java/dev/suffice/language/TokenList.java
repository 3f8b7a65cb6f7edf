package dev.suffice.language;

import java.util.Arrays;

/** Tokens of a text that grows, and may be cut back. Not thread-safe. */
final class TokenList {
    private int[] tokens = new int[256];
    private int length;

    /** The text goes on. */
    void add(int[] more) {
        if (length + more.length > tokens.length) {
            tokens = Arrays.copyOf(tokens, Math.max(length + more.length, 2 * tokens.length));
        }
        System.arraycopy(more, 0, tokens, length, more.length);
        length += more.length;
    }

    int length() {
        return length;
    }

    int get(int index) {
        return tokens[index];
    }

    /** Forgets all but the first tokens. */
    void cut(int kept) {
        length = kept;
    }

    int[] toArray() {
        return Arrays.copyOf(tokens, length);
    }

    /** Two texts as one. */
    static int[] joined(int[] a, int[] b) {
        var both = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, both, a.length, b.length);
        return both;
    }
}
