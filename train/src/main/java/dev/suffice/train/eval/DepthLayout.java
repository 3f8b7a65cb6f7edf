package dev.suffice.train.eval;

/** What must hold in any sensible depth map of a place, whatever a judge says. */
final class DepthLayout {
    private static final int GRID = Thumbnail.GRID;
    private static final int BAND = GRID / 8;

    private DepthLayout() {}

    /** In a room, at the left and the right quarter of the picture: the floor at the bottom is nearer than the wall at eye level. */
    static boolean floorNearerThanWall(float[] nearness) {
        return mean(nearness, GRID - BAND, GRID, true) > mean(nearness, GRID / 4, GRID / 2, true);
    }

    /**
     * In the open, of eight bands: none is farther than the top one, and the bottom one is nearer. Differences of less than a hundredth
     * of the map's range do not count, because distant land and sky may share one value.
     */
    static boolean skyFarthest(float[] nearness) {
        double lowest = Double.POSITIVE_INFINITY;
        double highest = Double.NEGATIVE_INFINITY;
        for (float value : nearness) {
            lowest = Math.min(lowest, value);
            highest = Math.max(highest, value);
        }
        double slack = 0.01 * (highest - lowest);
        double sky = mean(nearness, 0, BAND, false);
        for (int top = BAND; top < GRID; top += BAND) {
            if (mean(nearness, top, top + BAND, false) < sky - slack) {
                return false;
            }
        }
        return mean(nearness, GRID - BAND, GRID, false) > sky + slack;
    }

    private static double mean(float[] nearness, int top, int bottom, boolean sides) {
        double sum = 0;
        int count = 0;
        for (int y = top; y < bottom; y++) {
            for (int x = 0; x < GRID; x++) {
                if (!sides || x < GRID / 4 || x >= GRID - GRID / 4) {
                    sum += nearness[y * GRID + x];
                    count++;
                }
            }
        }
        return sum / count;
    }
}
