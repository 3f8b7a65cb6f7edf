package dev.suffice.train.nn;

/** How a parameter starts. */
public enum Init {
    /** Uniform in plus or minus {@code sqrt(3 / fan in)}: variance in equals variance out (LeCun et al. 1998). */
    UNIFORM,
    /** All zero: a residual branch that starts as the identity. */
    ZERO,
    /** All one: the scale of a normalisation. */
    ONE
}
