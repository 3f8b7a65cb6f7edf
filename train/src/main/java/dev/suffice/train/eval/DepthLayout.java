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

    /** In the open: of eight bands, the top one is the farthest. */
    static boolean skyFarthest(float[] nearness) {
        double sky = mean(nearness, 0, BAND, false);
        for (int top = BAND; top < GRID; top += BAND) {
            if (mean(nearness, top, top + BAND, false) <= sky) {
                return false;
            }
        }
        return true;
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
