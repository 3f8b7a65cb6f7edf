package dev.suffice.train.nn;

/** What is read of the states after a layer. */
public enum TokenStates {
    /** The first token's: [texts, width]. */
    FIRST,
    /** The mean over a text's tokens: [texts, width]. */
    MEAN,
    /** Every token's, those of the padding too: [texts x tokens, width]. */
    ALL
}
