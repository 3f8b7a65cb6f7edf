package dev.suffice.train.scene.trace;

/** What a renderer asks of a scene. Scenes are built for one picture and used by one thread. */
public sealed interface World permits Room, Landscape {
    /**
     * Finds what a ray meets first.
     *
     * @return false for open sky
     */
    boolean trace(double ox, double oy, double oz, double dx, double dy, double dz, Hit hit);

    /** Whether something opaque lies within {@code limit} metres along a unit direction. */
    boolean blocked(double ox, double oy, double oz, double dx, double dy, double dz, double limit, Hit scratch);

    /** The sky's linear colour along a direction. */
    void sky(double dx, double dy, double dz, double[] rgb);

    /** Light from all around at a surface, without what hides it; linear. */
    void ambient(Hit hit, double[] rgb);

    /**
     * The direction to a point of the main light and the light that arrives from there, shadow aside.
     *
     * @param a where on the light, 0 to 1
     * @param b where on the light, 0 to 1
     * @param toLight receives the unit direction and, fourth, the distance in metres
     * @param rgb receives the linear light on the surface, the angle already counted
     */
    void light(Hit hit, double a, double b, double[] toLight, double[] rgb);

    /** Extra light, shadows included, such as sun through a window; linear. */
    void sunshine(Hit hit, double a, double b, Hit scratch, double[] rgb);

    /** How far, in metres, nearby surfaces dim the ambient light. */
    double reach();

    /** Blends a colour towards the haze of the distance. */
    void haze(Hit hit, double dx, double dy, double dz, double[] rgb);
}
