package dev.suffice.depthfusion.layer;

import java.util.BitSet;

/**
 * Between which neighbours the surface is torn. A step counts only as far as it exceeds the slope that goes on on both sides of it:
 * planes are linear in one over depth, so even one that is seen at a grazing angle from close by stays whole.
 */
final class Tears {
    private static final double SLOPE = 1.5;

    private final DepthGrid grid;
    private final BitSet right;
    private final BitSet below;

    Tears(DepthGrid grid) {
        this.grid = grid;
        this.right = new BitSet(grid.inverse.length);
        this.below = new BitSet(grid.inverse.length);
        for (int y = 0; y < grid.height; y++) {
            for (int x = 0; x < grid.width; x++) {
                var p = y * grid.width + x;
                right.set(p, torn(x, y, 1, 0));
                below.set(p, torn(x, y, 0, 1));
            }
        }
    }

    private boolean torn(int x, int y, int dx, int dy) {
        var q = grid.neighbour(x, y, dx, dy);
        if (q < 0) {
            return false;
        }
        var from = grid.inverse[y * grid.width + x];
        var to = grid.inverse[q];
        if (!grid.torn(from, to)) {
            return false;
        }
        var before = grid.neighbour(x, y, -dx, -dy);
        var after = grid.neighbour(x + dx, y + dy, dx, dy);
        if (before < 0 || after < 0) {
            return true;
        }
        var step = to - from;
        var sign = Math.signum(step);
        var slope = Math.max(0, Math.min(sign * (from - grid.inverse[before]), sign * (grid.inverse[after] - to)));
        return grid.parallax * (sign * step - SLOPE * slope) > 1;
    }

    /** Whether the surface is torn between two samples, which are neighbours in a row or a column. */
    boolean between(int p, int q) {
        var step = q - p;
        if (step == grid.width) {
            return below.get(p);
        }
        if (step == -grid.width) {
            return below.get(q);
        }
        if (step == 1 || step == 1 - grid.width) {
            return right.get(p);
        }
        if (step == -1 || step == grid.width - 1) {
            return right.get(q);
        }
        throw new IllegalArgumentException("samples %d and %d: must be neighbours".formatted(p, q));
    }
}
