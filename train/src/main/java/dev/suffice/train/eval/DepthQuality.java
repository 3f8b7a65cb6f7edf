package dev.suffice.train.eval;

/**
 * How good the depth estimator itself is, on held-out renderings.
 *
 * @param absRel mean of |estimated - true| / true in metres, over pixels nearer than 100 m
 * @param order pairs of points whose true distances differ by a ratio of 1.25 or more that it puts in the right order
 * @param pictures how many renderings it was measured on
 */
public record DepthQuality(double absRel, Proportion order, int pictures) {}
