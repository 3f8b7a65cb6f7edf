package dev.suffice.models.family;

/** What of the tokens' states a head of an encoder reads. */
public enum Pooling {
    /** The state of the first token, which stands for the whole text. */
    FIRST,
    /** The mean of the states of all tokens that are not padding. */
    MEAN,
    /** Each token's own state: one answer for every token. */
    TOKENS
}
