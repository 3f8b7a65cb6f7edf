package dev.suffice.train.eval;

/**
 * How often depth maps put two points in the order in which the depth judge sees them, of one kind of pairs.
 *
 * @param pairs which points are looked at
 * @param inOrder of the pictures' own depth maps
 * @param meanMap of the mean depth map of all training pictures in their place: what is known of the order without looking
 */
public record DepthOrder(String pairs, Proportion inOrder, Proportion meanMap) {}
