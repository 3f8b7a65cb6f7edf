package dev.suffice.depthfusion.layer;

/**
 * Makes depth edges sharp. Networks blur them over a few pixels; the depths half-way would hang in the air as skirts. Where a window
 * holds a jump that no surface explains, each value between the two sides is replaced by a mean of the side it belongs to, judged by
 * colour and by depth: a joint bilateral filter (Petschnigg et al., 2004) whose range kernel has two modes.
 */
final class EdgeSharpening {
    private static final int PASSES = 2;

    /** Values this near to a side (as a share of the jump) belong to it. */
    private static final double SIDE = 0.2;

    private static final double KEEP = 0.08;

    /** Share of the jump that a blurred edge changes by from sample to sample. */
    private static final double RAMP = 0.12;

    private static final int[] DX = {1, 0, 1, 1};
    private static final int[] DY = {0, 1, 1, -1};

    private static final double COLOUR_SIGMA = 24;

    private final DepthGrid grid;
    private final byte[] rgb;
    private final int radius;

    /**
     * @param rgb colours of the samples, 3 bytes each
     * @param radius how many samples a blurred edge reaches to either side
     */
    private EdgeSharpening(DepthGrid grid, byte[] rgb, int radius) {
        this.grid = grid;
        this.rgb = rgb;
        this.radius = radius;
    }

    /** Sharpens edges as blurred as networks leave them. */
    static void apply(DepthGrid grid, byte[] rgb) {
        var sharpening = new EdgeSharpening(grid, rgb, grid.height < 384 ? 2 : 3);
        for (int pass = 0; pass < PASSES; pass++) {
            sharpening.pass();
        }
        sharpening.dropSpecks();
    }

    private void pass() {
        var before = grid.inverse.clone();
        for (int y = 0; y < grid.height; y++) {
            for (int x = 0; x < grid.width; x++) {
                grid.inverse[y * grid.width + x] = sharpened(before, x, y);
            }
        }
    }

    private float sharpened(float[] inverse, int x, int y) {
        var p = y * grid.width + x;
        var own = inverse[p];
        var low = own;
        var high = own;
        for (int dy = -radius; dy <= radius; dy++) {
            for (int dx = -radius; dx <= radius; dx++) {
                var q = grid.neighbour(x, y, dx, dy);
                if (q >= 0) {
                    low = Math.min(low, inverse[q]);
                    high = Math.max(high, inverse[q]);
                }
            }
        }
        var jump = high - low;
        if (grid.gap(low, high) < 2.5 * radius || !grid.torn(low, high)) {
            return own; // a slanted surface moves its samples apart by less
        }
        var share = (own - low) / jump;
        if (share < KEEP || share > 1 - KEEP || !between(inverse, x, y, RAMP * jump)) {
            return own;
        }
        return side(inverse, x, y, low, jump, share);
    }

    /** Whether the depth goes on changing by at least a step on both sides of a sample, as it does half-way through a blurred edge. */
    private boolean between(float[] inverse, int x, int y, double step) {
        var own = inverse[y * grid.width + x];
        for (int d = 0; d < 4; d++) {
            var before = grid.neighbour(x, y, -DX[d], -DY[d]);
            var after = grid.neighbour(x, y, DX[d], DY[d]);
            if (before >= 0 && after >= 0) {
                var first = own - inverse[before];
                var second = inverse[after] - own;
                if (first * second > 0 && Math.min(Math.abs(first), Math.abs(second)) >= step) {
                    return true;
                }
            }
        }
        return false;
    }

    private float side(float[] inverse, int x, int y, float low, float jump, float share) {
        var p = y * grid.width + x;
        double nearWeight = 0;
        double nearSum = 0;
        double nearSpace = 0;
        double farWeight = 0;
        double farSum = 0;
        double farSpace = 0;
        int alike = 0;
        int all = 0;
        for (int dy = -radius; dy <= radius; dy++) {
            for (int dx = -radius; dx <= radius; dx++) {
                var q = grid.neighbour(x, y, dx, dy);
                if (q < 0) {
                    continue;
                }
                all++;
                var other = (inverse[q] - low) / jump;
                alike += Math.abs(other - share) < 0.1 ? 1 : 0;
                var space = Math.exp(-(dx * dx + dy * dy) / (2.0 * radius * radius));
                if (other > 1 - SIDE) {
                    var weight = space * likeness(p, q);
                    nearWeight += weight;
                    nearSum += weight * inverse[q];
                    nearSpace += space;
                } else if (other < SIDE) {
                    var weight = space * likeness(p, q);
                    farWeight += weight;
                    farSum += weight * inverse[q];
                    farSpace += space;
                }
            }
        }
        if (alike > 0.35 * all) {
            return inverse[p]; // a third surface
        }
        var near = nearSpace == 0 ? 0 : share * nearWeight / nearSpace;
        var far = farSpace == 0 ? 0 : (1 - share) * farWeight / farSpace;
        return (float) (near > far ? nearSum / nearWeight : farSum / farWeight);
    }

    private double likeness(int p, int q) {
        double sum = 0;
        for (int c = 0; c < 3; c++) {
            var difference = (rgb[3 * p + c] & 0xff) - (rgb[3 * q + c] & 0xff);
            sum += difference * difference;
        }
        return 1e-3 + Math.exp(-sum / (2 * COLOUR_SIGMA * COLOUR_SIGMA));
    }

    /** A sample that three of its four neighbours are torn from is noise: it takes the middle of its neighbourhood. */
    private void dropSpecks() {
        var before = grid.inverse.clone();
        var around = new float[8];
        for (int y = 0; y < grid.height; y++) {
            for (int x = 0; x < grid.width; x++) {
                var p = y * grid.width + x;
                int torn = 0;
                int count = 0;
                for (int dy = -1; dy <= 1; dy++) {
                    for (int dx = -1; dx <= 1; dx++) {
                        var q = dx == 0 && dy == 0 ? -1 : grid.neighbour(x, y, dx, dy);
                        if (q >= 0) {
                            torn += dx * dy == 0 && grid.torn(before[p], before[q]) ? 1 : 0;
                            around[count++] = before[q];
                        }
                    }
                }
                if (torn >= 3) {
                    java.util.Arrays.sort(around, 0, count);
                    grid.inverse[p] = around[count / 2];
                }
            }
        }
    }
}
