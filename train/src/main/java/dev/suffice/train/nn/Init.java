package dev.suffice.train.nn;

/** How a parameter starts. */
public enum Init {
    /** Uniform in plus or minus {@code 1 / sqrt(fan in)}. */
    UNIFORM,
    /** All zero: a residual branch that starts as the identity. */
    ZERO,
    /** All one: the scale of a normalisation. */
    ONE
}
