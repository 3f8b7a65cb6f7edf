package dev.suffice.models.tokenizer;

/** A text as token numbers. Immutable. */
public final class Encoding {
    private final long[] ids;
    private final long[] attentionMask;
    private final int tokens;

    Encoding(long[] ids, long[] attentionMask, int tokens) {
        this.ids = ids;
        this.attentionMask = attentionMask;
        this.tokens = tokens;
    }

    /** As the model's embedding table numbers them, with start and end tokens and padding; a copy. */
    public long[] ids() {
        return ids.clone();
    }

    /** 1 for a token of the text, 0 for padding; a copy. */
    public long[] attentionMask() {
        return attentionMask.clone();
    }

    /** How many tokens the text has, start and end included, before any were cut off. */
    public int tokens() {
        return tokens;
    }

    /** Whether the text was longer than the model takes, and its end was cut off. */
    public boolean truncated() {
        return tokens > ids.length;
    }
}
