package dev.suffice.train.eval;

import java.util.random.RandomGenerator;

/**
 * Whether objects are nearer than what is seen beside and above them, for random pairs of a point on an object and one close by, at
 * the same height or higher, that is not on one. What an object hides lies behind it; the floor below it does not count.
 */
record ObjectOrder() {
    private static final int GRID = Thumbnail.GRID;
    private static final int PAIRS = 100;
    private static final int TRIES = 40;
    /** A fifth of the picture's width. */
    private static final int REACH = 6;

    private static final double SURE = 0.8;

    /**
     * Draws pairs.
     *
     * @param objects how sure it is that a point is on an object, 0..1, {@link Thumbnail#GRID} squared
     * @param nearness as large; only the order of its values counts, and equal values are wrong
     * @return the pairs in order; none where there is no object to be sure of
     */
    Proportion agreement(float[] objects, float[] nearness, RandomGenerator random) {
        if (objects.length != GRID * GRID || nearness.length != GRID * GRID) {
            throw new IllegalArgumentException("maps of " + objects.length + " and " + nearness.length
                    + " values: expected " + GRID + " x " + GRID);
        }
        int found = 0;
        int right = 0;
        for (int i = 0; i < TRIES * PAIRS && found < PAIRS; i++) {
            int on = random.nextInt(objects.length);
            int x = on % GRID + random.nextInt(-REACH, REACH + 1);
            int y = on / GRID - random.nextInt(REACH + 1);
            if (x >= 0 && x < GRID && y >= 0 && objects[on] >= SURE && objects[y * GRID + x] <= 1 - SURE) {
                found++;
                right += nearness[on] > nearness[y * GRID + x] ? 1 : 0;
            }
        }
        return new Proportion(right, found);
    }
}
