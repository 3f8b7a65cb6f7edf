package dev.suffice.depthfusion.layer;

/**
 * A small picture's samples divided into finer ones, so that outlines are smooth and not staircases. Among four samples of one surface
 * all is bilinear. Where they are of two, a finer sample belongs to the one that a smooth blend of the depths is nearer to, and takes
 * depth and colour from its samples only.
 */
final class Refinement {
    private static final int MOST_SAMPLES = 600_000;
    private static final int MOST = 4;

    private final DepthGrid coarse;
    private final Tears tears;
    private final byte[] colours;
    private final int factor;

    private final int[] corner = new int[4];
    private final double[] weight = new double[4];
    private final int[] surface = new int[4];
    private final double[] across = new double[4];
    private final double[] down = new double[4];

    private final float[] inverse;
    private final byte[] rgb;

    private Refinement(DepthGrid coarse, Tears tears, byte[] colours, int factor) {
        this.coarse = coarse;
        this.tears = tears;
        this.colours = colours;
        this.factor = factor;
        this.inverse = new float[coarse.inverse.length * factor * factor];
        this.rgb = new byte[3 * inverse.length];
        var width = coarse.width * factor;
        for (int p = 0; p < inverse.length; p++) {
            refine(p, p % width, p / width);
        }
    }

    /** How many times finer a picture of this many samples can be made; 1: not at all. */
    static int factor(int samples) {
        int factor = MOST;
        while (factor > 1 && (long) factor * factor * samples > MOST_SAMPLES) {
            factor--;
        }
        return factor;
    }

    static Refinement of(DepthGrid coarse, Tears tears, byte[] colours, int factor) {
        return new Refinement(coarse, tears, colours, factor);
    }

    /** The finer depths. */
    DepthGrid grid() {
        return new DepthGrid(coarse.width * factor, coarse.height * factor, inverse, coarse.projection, factor);
    }

    /** The finer colours, 3 bytes each. */
    byte[] rgb() {
        return rgb;
    }

    private void refine(int p, int x, int y) {
        around(x, y);
        surfaces();
        var blend = onePiece() ? 0 : blend(x, y);
        int nearest = 0;
        for (int k = 1; k < 4; k++) {
            if (Math.abs(coarse.inverse[corner[k]] - blend) < Math.abs(coarse.inverse[corner[nearest]] - blend)) {
                nearest = k;
            }
        }
        double total = 0;
        double depth = 0;
        double red = 0;
        double green = 0;
        double blue = 0;
        for (int k = 0; k < 4; k++) {
            if (surface[k] == surface[nearest]) {
                var w = weight[k] + 1e-9;
                total += w;
                depth += w * coarse.inverse[corner[k]];
                red += w * (colours[3 * corner[k]] & 0xff);
                green += w * (colours[3 * corner[k] + 1] & 0xff);
                blue += w * (colours[3 * corner[k] + 2] & 0xff);
            }
        }
        inverse[p] = (float) (depth / total);
        rgb[3 * p] = (byte) Math.round(red / total);
        rgb[3 * p + 1] = (byte) Math.round(green / total);
        rgb[3 * p + 2] = (byte) Math.round(blue / total);
    }

    private boolean onePiece() {
        return surface[0] == surface[1] && surface[0] == surface[2] && surface[0] == surface[3];
    }

    /** A smooth mean of the depths around, none beyond those of the four samples: a cubic B-spline, so that outlines have no steps. */
    private double blend(int x, int y) {
        var least = Float.MAX_VALUE;
        var most = 0f;
        for (int k = 0; k < 4; k++) {
            least = Math.min(least, coarse.inverse[corner[k]]);
            most = Math.max(most, coarse.inverse[corner[k]]);
        }
        var left = Math.floorDiv(2 * x + 1 - factor, 2 * factor);
        var top = Math.floorDiv(2 * y + 1 - factor, 2 * factor);
        spline((x + 0.5) / factor - 0.5 - left, across);
        spline((y + 0.5) / factor - 0.5 - top, down);
        double sum = 0;
        for (int j = 0; j < 4; j++) {
            for (int i = 0; i < 4; i++) {
                var value = coarse.inverse[sample(left + i - 1, top + j - 1)];
                sum += across[i] * down[j] * Math.clamp(value, least, most);
            }
        }
        return sum;
    }

    private static void spline(double t, double[] weights) {
        weights[0] = (1 - t) * (1 - t) * (1 - t) / 6;
        weights[1] = (3 * t * t * t - 6 * t * t + 4) / 6;
        weights[2] = (-3 * t * t * t + 3 * t * t + 3 * t + 1) / 6;
        weights[3] = t * t * t / 6;
    }

    private int sample(int x, int y) {
        var column = coarse.wraps ? Math.floorMod(x, coarse.width) : Math.clamp(x, 0, coarse.width - 1);
        return Math.clamp(y, 0, coarse.height - 1) * coarse.width + column;
    }

    /** Numbers the surfaces among the four samples. */
    private void surfaces() {
        for (int k = 0; k < 4; k++) {
            surface[k] = k;
        }
        for (int pass = 0; pass < 2; pass++) {
            join(0, 1);
            join(2, 3);
            join(0, 2);
            join(1, 3);
        }
    }

    private void join(int a, int b) {
        if (corner[a] == corner[b] || !tears.between(corner[a], corner[b])) {
            var least = Math.min(surface[a], surface[b]);
            surface[a] = least;
            surface[b] = least;
        }
    }

    /** The four coarse samples around the middle of a fine one, and their bilinear weights. */
    private void around(int x, int y) {
        var left = Math.floorDiv(2 * x + 1 - factor, 2 * factor);
        var top = Math.floorDiv(2 * y + 1 - factor, 2 * factor);
        var s = (x + 0.5) / factor - 0.5 - left;
        var t = (y + 0.5) / factor - 0.5 - top;
        for (int k = 0; k < 4; k++) {
            corner[k] = sample(left + k % 2, top + k / 2);
            weight[k] = (k % 2 == 0 ? 1 - s : s) * (k / 2 == 0 ? 1 - t : t);
        }
    }
}
