package dev.suffice.models.tokenizer;

/** A text, or a pair of texts, as token numbers. Immutable. */
public final class Encoding {
    private final long[] ids;
    private final long[] types;
    private final long[] attentionMask;
    private final int tokens;

    Encoding(long[] ids, long[] types, long[] attentionMask, int tokens) {
        this.ids = ids;
        this.types = types;
        this.attentionMask = attentionMask;
        this.tokens = tokens;
    }

    /** As the model's embedding table numbers them, with start and end tokens and padding; a copy. */
    public long[] ids() {
        return ids.clone();
    }

    /** Which text of a pair a token belongs to, as the tokenizer counts: BERT's has 0 and 1, RoBERTa's 0 only; 0 for padding; a copy. */
    public long[] types() {
        return types.clone();
    }

    /** 1 for a token of the text, 0 for padding; a copy. */
    public long[] attentionMask() {
        return attentionMask.clone();
    }

    /** How many tokens the text has, start, end and separators included, before any were cut off. */
    public int tokens() {
        return tokens;
    }

    /** Whether the text was longer than the model takes, and its end, or the ends of a pair's, were cut off. */
    public boolean truncated() {
        return tokens > ids.length;
    }
}
