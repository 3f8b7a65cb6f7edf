package dev.suffice.depthfusion;

/** Scenes for the tests of other packages. */
public final class TestScenes {
    private TestScenes() {}

    /** A box in a room, all around, twice as wide as high. */
    public static Scene panorama(int height) {
        return BoxInRoom.panorama(height);
    }

    /** A box in a room, seen through a pinhole. */
    public static Scene perspective(int width, int height, double fieldOfView) {
        return BoxInRoom.perspective(width, height, fieldOfView);
    }

    /** How many times the vector to a point the first surface seen through it is away from the origin. */
    public static double seen(double x, double y, double z) {
        return BoxInRoom.distance(0, 0, 0, new double[] {x, y, z});
    }
}
