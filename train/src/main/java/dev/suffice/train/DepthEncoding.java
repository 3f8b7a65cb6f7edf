package dev.suffice.train;

/**
 * Metric depth as a number in 0..1, larger = nearer: {@code 1 - ln(depth / near) / ln(far / near)}, clamped. Every step of the
 * code is the same relative step in depth, and metric depth can be recovered: {@code near * (far / near)^(1 - code)}.
 *
 * @param near metres at code 1
 * @param far metres at code 0; the sky, and everything beyond, is 0
 */
public record DepthEncoding(double near, double far) {
    /** The range of the bundled model. */
    public static final DepthEncoding PLACES = new DepthEncoding(0.3, 100);

    /** Checks that {@code 0 < near < far}. */
    public DepthEncoding {
        if (!(near > 0 && far > near)) {
            throw new IllegalArgumentException("depth range " + near + " to " + far + " m: expected 0 < near < far");
        }
    }

    /** The code of a depth in metres. */
    public double encode(double metres) {
        double code = 1 - Math.log(metres / near) / Math.log(far / near);
        return code > 0 ? Math.min(code, 1) : 0;
    }

    /** The depth in metres of a code. */
    public double decode(double code) {
        return near * Math.pow(far / near, 1 - code);
    }
}
