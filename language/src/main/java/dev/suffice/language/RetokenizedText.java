package dev.suffice.language;

import java.util.Arrays;

/**
 * A text that grows, in the tokens of a tokenizer that did not write it. What is new is tokenized together with the last tokens before it, so that
 * both agree at the border; what lies further back stays. Not thread-safe.
 */
final class RetokenizedText {
    private static final int LOOK_BACK = 8;

    private final ByteTokenizer tokenizer;

    /** All bytes of the text, special tokens aside. */
    private byte[] bytes = new byte[1024];

    private int size;
    private int[] tokens = new int[256];

    /** How many bytes of the text the tokens up to and with each have. */
    private int[] ends = new int[256];

    private int length;

    /** The first token, and the first byte, behind the last special token: nothing before is tokenized anew. */
    private int firstToken;

    private int firstByte;

    /** Whether the ends since then are known. */
    private boolean exact = true;

    /** An empty text. */
    RetokenizedText(ByteTokenizer tokenizer) {
        this.tokenizer = tokenizer;
    }

    /** The text goes on. */
    void append(byte[] more) {
        if (size + more.length > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(size + more.length, 2 * bytes.length));
        }
        System.arraycopy(more, 0, bytes, size, more.length);
        size += more.length;
    }

    /** A special token follows, by its number among the text's new tokens. */
    void appendSpecial(int token) {
        settle();
        add(token, size);
        firstToken = length;
        firstByte = size;
        exact = true;
    }

    /** A copy of the tokens so far. */
    int[] tokens() {
        settle();
        return Arrays.copyOf(tokens, length);
    }

    private void settle() {
        if (size == end(length)) {
            return;
        }
        if (exact && goOn()) {
            return;
        }
        var text = Arrays.copyOfRange(bytes, firstByte, size);
        var fresh = tokenizer.encode(text);
        var freshEnds = tokenizer.ends(fresh, text);
        exact = freshEnds.isPresent();
        length = firstToken;
        for (int i = 0; i < fresh.length; i++) {
            add(fresh[i], exact ? firstByte + freshEnds.get()[i] : size);
        }
        if (length > 0) {
            ends[length - 1] = size;
        }
    }

    /** Tokenizes the end of the text anew; whether that agrees with what lies before. */
    private boolean goOn() {
        int start = Math.max(firstToken, length - LOOK_BACK);
        while (start > firstToken && ByteTokenizer.continues(bytes[end(start)])) {
            start--;
        }
        if (start == firstToken) {
            return false;
        }
        int offset = end(start);
        var text = Arrays.copyOfRange(bytes, offset, size);
        var fresh = tokenizer.encode(text);
        var freshEnds = tokenizer.ends(fresh, text);
        if (freshEnds.isEmpty()) {
            return false;
        }
        // The first border that both have: before it the tokens that were there, behind it the new ones.
        int kept = start + 1;
        int dropped = 1;
        while (kept <= length && dropped <= fresh.length) {
            int here = end(kept);
            int there = offset + freshEnds.get()[dropped - 1];
            if (here == there) {
                length = kept;
                for (int i = dropped; i < fresh.length; i++) {
                    add(fresh[i], offset + freshEnds.get()[i]);
                }
                return true;
            }
            if (here < there) {
                kept++;
            } else {
                dropped++;
            }
        }
        return false;
    }

    private int end(int count) {
        return count == 0 ? 0 : ends[count - 1];
    }

    private void add(int token, int end) {
        if (length == tokens.length) {
            tokens = Arrays.copyOf(tokens, 2 * length);
            ends = Arrays.copyOf(ends, 2 * length);
        }
        tokens[length] = token;
        ends[length++] = end;
    }
}
