package dev.suffice.language.sampling;

/** What may be written at all, token by token. Not thread-safe. */
public interface TokenRule {
    /**
     * Sets the scores of tokens that may not come next to negative infinity.
     *
     * @param logits scores of all tokens, changed in place
     */
    void apply(float[] logits);

    /** A token was written. */
    void advance(int token);

    /** The same rule at the same place, which goes its own way from here. */
    TokenRule copy();

    /** Everything may. */
    TokenRule NONE = new TokenRule() {
        @Override
        public void apply(float[] logits) {}

        @Override
        public void advance(int token) {}

        @Override
        public TokenRule copy() {
            return this;
        }
    };
}
