package dev.suffice.classify;

/** A text, or a pair of texts, as the encoder reads it. */
final class EncodedText {
    private final long[] ids;
    private final long[] types;
    private final boolean truncated;

    /**
     * A text.
     *
     * @param ids numbers of its tokens, those around it included; not written to afterwards
     * @param types of the tokens, which the encoder knows; of the same length
     * @param truncated whether it was cut off
     */
    EncodedText(long[] ids, long[] types, boolean truncated) {
        this.ids = ids;
        this.types = types;
        this.truncated = truncated;
    }

    int tokens() {
        return ids.length;
    }

    long id(int token) {
        return ids[token];
    }

    long type(int token) {
        return types[token];
    }

    boolean truncated() {
        return truncated;
    }
}
