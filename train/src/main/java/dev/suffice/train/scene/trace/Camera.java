package dev.suffice.train.scene.trace;

/** Turns pixels into rays. */
public sealed interface Camera permits PinholeCamera, PanoramaCamera {
    /** Where rays start: x, y, z in metres. */
    double[] position();

    /**
     * The unit direction through a point of the picture.
     *
     * @param u 0 at the left edge, 1 at the right edge
     * @param v 0 at the upper edge, 1 at the lower edge
     * @param direction receives x, y, z
     */
    void direction(double u, double v, double[] direction);

    /** What the depth map says for a surface {@code distance} metres away along a unit direction. */
    double depth(double distance, double[] direction);
}
