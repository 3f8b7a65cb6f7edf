package dev.suffice.train.scene.trace;

/** What a ray met, filled in by a {@link World}; reused from ray to ray, one per thread. Colours are linear, not sRGB. */
public final class Hit {
    /** Distance along the ray's unit direction, metres. */
    public double t;
    /** Where. */
    public double x;
    /** Where, upwards. */
    public double y;
    /** Where. */
    public double z;
    /** Shading normal, turned to the ray. */
    public double nx;
    /** Shading normal, upwards. */
    public double ny;
    /** Shading normal. */
    public double nz;
    /** How much red the surface sends back. */
    public double red;
    /** How much green the surface sends back. */
    public double green;
    /** How much blue the surface sends back. */
    public double blue;
    /** Light of its own, or light that needs no shading, such as a reflection. */
    public double glowRed;
    /** Own light, green. */
    public double glowGreen;
    /** Own light, blue. */
    public double glowBlue;
    /** 0 for surroundings, otherwise 1 + index of the object. */
    public int object;
    /** Share of haze between here and the camera, 0 to 1. */
    public double haze;

    /** Share of the main light that arrives as far as the ground's own shape decides, 0 to 1. */
    public double lit = 1;

    final Bvh.Contact contact = new Bvh.Contact();

    void clear() {
        glowRed = 0;
        glowGreen = 0;
        glowBlue = 0;
        object = 0;
        haze = 0;
        lit = 1;
    }

    void albedo(double[] rgb) {
        red = rgb[0];
        green = rgb[1];
        blue = rgb[2];
    }

    void normal(double x, double y, double z) {
        nx = x;
        ny = y;
        nz = z;
    }
}
