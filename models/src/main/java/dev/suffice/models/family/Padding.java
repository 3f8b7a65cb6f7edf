package dev.suffice.models.family;

/** What convolutions see beyond the left and right edge of an image; above and below it is always zero. */
public enum Padding {
    /** Zeros. */
    ZERO,
    /** The other edge: the image goes round, as a 360 degree panorama does. */
    WRAP
}
