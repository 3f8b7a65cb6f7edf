package dev.suffice.train.scene.trace;

import java.util.List;

/**
 * An empty room: walls along the axes, colours linear. The back wall is at low z.
 *
 * @param x0 left wall
 * @param x1 right wall
 * @param z0 back wall
 * @param z1 front wall
 * @param height of the ceiling
 * @param wall how walls look
 * @param floor how the floor looks
 * @param ceiling colour
 * @param skirting colour of the board along the floor
 * @param rug what lies on the floor
 * @param openings windows, doors and pictures
 * @param light what lights it
 * @param seed of the surfaces' grain
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record RoomPlan(
        double x0,
        double x1,
        double z0,
        double z1,
        double height,
        WallFinish wall,
        FloorFinish floor,
        double[] ceiling,
        double[] skirting,
        Rug rug,
        List<Opening> openings,
        RoomLight light,
        long seed) {

    /** Patterns of walls. */
    public enum WallPattern {
        /** One colour. */
        PAINT,
        /** Upright stripes of two colours. */
        STRIPES,
        /** Square tiles with joints. */
        TILES,
        /** Bricks in courses. */
        BRICKS,
        /** The second colour below 1 m, the first above. */
        WAINSCOT
    }

    /** Patterns of floors. */
    public enum FloorPattern {
        /** Boards of one wood. */
        PLANKS,
        /** Square tiles of one colour. */
        TILES,
        /** Square tiles of two colours in turn. */
        CHECKER,
        /** Soft and even. */
        CARPET,
        /** Cloudy and even, such as concrete. */
        CONCRETE
    }

    /** What can be on a wall. */
    public enum OpeningKind {
        /** Panes in a frame. */
        WINDOW,
        /** A closed door. */
        DOOR,
        /** A framed picture. */
        PICTURE
    }

    /** Walls' pattern, main and second colour. */
    public record WallFinish(WallPattern pattern, double[] colour, double[] second, double size) {}

    /** Floor's pattern, main and second colour, and the size of its parts in metres. */
    public record FloorFinish(FloorPattern pattern, double[] colour, double[] second, double size) {}

    /** A rug: half sizes along x and z (0 for none), round or with corners, two colours. */
    public record Rug(
            double x, double z, double halfX, double halfZ, boolean round, double[] colour, double[] border) {}

    /**
     * Something on a wall.
     *
     * @param wall 0 back, 1 left, 2 right, 3 front
     * @param low coordinate along the wall where it begins
     * @param high where it ends
     * @param bottom height where it begins
     * @param top height where it ends
     * @param colour of a door or a picture's ground
     * @param second of a picture's shapes; of a curtain beside a window (empty for none)
     */
    public record Opening(
            int wall,
            double low,
            double high,
            double bottom,
            double top,
            OpeningKind kind,
            double[] colour,
            double[] second) {}

    /**
     * What lights a room.
     *
     * @param x middle of the lamp
     * @param y height of the lamp
     * @param z middle of the lamp
     * @param radius of the lamp's disc
     * @param strength light on a surface that faces the lamp at 1 m
     * @param ambient light from all around
     * @param outdoors sky seen through windows
     * @param sun direction to the sun (upwards), or all zero for none
     * @param sunlight light of the sun
     */
    public record RoomLight(
            double x,
            double y,
            double z,
            double radius,
            double[] strength,
            double[] ambient,
            double[] outdoors,
            double[] sun,
            double[] sunlight) {}
}
