package dev.suffice.train.exits;

import dev.suffice.train.nn.TokenStates;

/** How the states of a text's tokens become the one that heads read; token labels have a state of their own each. */
public enum Pooling {
    /** The first token's state, as transformers' classifiers read it. */
    CLS,
    /** The mean over the tokens. */
    MEAN;

    /** What it reads of an encoder's states. */
    TokenStates states() {
        return this == CLS ? TokenStates.FIRST : TokenStates.MEAN;
    }
}
