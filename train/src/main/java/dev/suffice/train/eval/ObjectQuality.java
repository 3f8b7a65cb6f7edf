package dev.suffice.train.eval;

/**
 * How good the estimator of objects itself is, on held-out renderings.
 *
 * @param overlap points that are an object's and that it takes for one, of those that are either
 * @param order pairs of a point that it takes for an object's and one beside or above that it does not, of which the first is truly nearer
 * @param pictures how many renderings it was measured on
 */
public record ObjectQuality(Proportion overlap, Proportion order, int pictures) {}
