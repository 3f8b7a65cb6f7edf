package dev.suffice.train.eval;

import dev.suffice.train.DepthEncoding;
import java.util.random.RandomGenerator;

/**
 * Whether two depth maps agree on which of two points is nearer, for random pairs that the reference map sees clearly apart. Only the
 * order of the other map's values counts, so its scale does not matter; equal values count as disagreement.
 *
 * @param pairs pairs looked at in a picture, at most
 * @param step the difference in the reference map from which points are clearly apart
 * @param sideBySide only points in the same row: there it does not help to know that the ground is near and the sky far
 */
record PairOrder(int pairs, double step, boolean sideBySide) {
    private static final int TRIES = 10;

    /** The difference of depth codes of two points whose distances have this ratio. */
    static double codeStep(double ratio) {
        return Math.log(ratio) / Math.log(DepthEncoding.PLACES.far() / DepthEncoding.PLACES.near());
    }

    /** Draws pairs. Both maps have the same size, larger = nearer. @return the pairs that agree, of those clearly apart */
    Proportion agreement(float[] reference, float[] map, RandomGenerator random) {
        if (reference.length != map.length) {
            throw new IllegalArgumentException(
                    "depth map of " + map.length + " values: expected " + reference.length + " like the reference");
        }
        int found = 0;
        int agreed = 0;
        for (int i = 0; i < TRIES * pairs && found < pairs; i++) {
            int a = random.nextInt(reference.length);
            int b = sideBySide
                    ? a - a % Thumbnail.GRID + random.nextInt(Thumbnail.GRID)
                    : random.nextInt(reference.length);
            double difference = reference[a] - reference[b];
            if (Math.abs(difference) >= step) {
                found++;
                agreed += difference * (map[a] - map[b]) > 0 ? 1 : 0;
            }
        }
        return new Proportion(agreed, found);
    }
}
