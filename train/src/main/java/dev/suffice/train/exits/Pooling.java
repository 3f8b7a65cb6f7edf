package dev.suffice.train.exits;

/** How the states of a text's tokens become the one that heads read; token labels have a state of their own each. */
public enum Pooling {
    /** The first token's state, as transformers' classifiers read it. */
    CLS,
    /** The mean over the tokens. transformers opens the result, but reads the first token. */
    MEAN
}
