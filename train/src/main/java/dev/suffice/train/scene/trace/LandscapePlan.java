package dev.suffice.train.scene.trace;

/**
 * An open landscape around the origin, where an object may stand; the main view is towards -z. Colours are linear.
 *
 * @param form shape of the ground
 * @param cover what grows or lies on it
 * @param amplitude height of its hills, mountains or dunes in metres
 * @param snowLine height above which rock is white; infinity for none
 * @param water height of the water's surface; minus infinity for none
 * @param flat radius around the origin that is level, metres
 * @param road half width of a road along x through the origin; 0 for none
 * @param grass main colour of what grows
 * @param rock colour of steep ground
 * @param sky what is above
 * @param seed of every shape
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record LandscapePlan(
        Form form,
        Cover cover,
        double amplitude,
        double snowLine,
        double water,
        double flat,
        double road,
        double[] grass,
        double[] rock,
        SkyPlan sky,
        long seed) {

    /** Shapes of the ground. */
    public enum Form {
        /** Rounded hills. */
        HILLS,
        /** Plain in front of mountains. */
        MOUNTAINS,
        /** A plain between two ranges. */
        VALLEY,
        /** Waves of sand. */
        DUNES,
        /** A basin of water before hills or mountains. */
        LAKE,
        /** Ground that falls into the sea. */
        COAST,
        /** Flat-topped rocks. */
        CANYON,
        /** Nearly level ground. */
        PLAIN
    }

    /** What covers the ground. */
    public enum Cover {
        /** Grass, with rock where it is steep. */
        GRASS,
        /** Snow, with rock where it is steep. */
        SNOW,
        /** Sand. */
        SAND,
        /** Layers of coloured rock. */
        STRATA,
        /** Stones and dust. */
        STONE
    }

    /**
     * The sky and its light.
     *
     * @param zenith colour overhead
     * @param horizon colour at the horizon
     * @param glow colour around the sun
     * @param cloud colour of clouds
     * @param cover share of clouds, 0 to 1
     * @param toSun unit direction to the sun or the moon
     * @param disc apparent size factor of the sun's disc; 0 for hidden
     * @param sunlight light of the sun on a surface that faces it
     * @param ambient light from all around
     * @param haze metres after which a share of 1 - 1/e is haze
     * @param stars whether stars shine
     */
    public record SkyPlan(
            double[] zenith,
            double[] horizon,
            double[] glow,
            double[] cloud,
            double cover,
            double[] toSun,
            double disc,
            double[] sunlight,
            double[] ambient,
            double haze,
            boolean stars) {}
}
