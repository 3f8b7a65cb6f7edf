package dev.suffice.depthfusion.layer;

import java.util.Arrays;
import java.util.BitSet;

/**
 * The grid's samples divided into rectangular cells: single samples where the surface needs them, blocks where it is plane (a
 * quadtree), and ever wider ones towards the poles of a panorama. Cells that share a corner share it exactly: a cell's outline goes
 * through every corner of its neighbours, so there are no cracks.
 */
final class CellPartition {
    private static final int LARGEST = 32;

    /** Blocks of a panorama take at most one part in this many of a row. */
    private static final int WIDEST = 32;

    private final DepthGrid grid;
    private final Tears tears;
    private final HiddenSurface hidden;
    private final byte[] kinds;

    /** How far a block may be from plane, in samples of parallax. */
    private final double tolerance;

    /** Lattice points that are a corner of a cell. */
    private final BitSet corners = new BitSet();

    /** x, y, width, height of each cell. */
    private int[] cells = new int[4096];

    private int size;

    private CellPartition(DepthGrid grid, Tears tears, byte[] kinds, HiddenSurface hidden, double tolerance) {
        this.grid = grid;
        this.tears = tears;
        this.kinds = kinds;
        this.hidden = hidden;
        this.tolerance = tolerance;
    }

    static CellPartition of(DepthGrid grid, Tears tears, byte[] kinds, HiddenSurface hidden, double tolerance) {
        var partition = new CellPartition(grid, tears, kinds, hidden, tolerance);
        for (int y = 0; y < grid.height; ) {
            var unit = grid.cellWidth(y);
            int rows = 1;
            while (y + rows < grid.height && grid.cellWidth(y + rows) == unit) {
                rows++;
            }
            var pole = grid.wraps && (y == 0 || y + rows == grid.height);
            for (int v = y; v < y + rows; v += LARGEST) {
                for (int u = 0; u < grid.width; u += LARGEST * unit) {
                    partition.divide(u, v, LARGEST, unit, y + rows, pole ? -1 : tolerance);
                }
            }
            y += rows;
        }
        return partition;
    }

    private void divide(int x, int y, int side, int unit, int bottom, double limit) {
        if (x >= grid.width || y >= bottom) {
            return;
        }
        var width = Math.min(side * unit, grid.width - x);
        var height = Math.min(side, bottom - y);
        if (side == 1 || (limit >= 0 && narrow(width) && whole(x, y, width, height))) {
            add(x, y, width, height);
            return;
        }
        var half = side / 2;
        divide(x, y, half, unit, bottom, limit);
        divide(x + half * unit, y, half, unit, bottom, limit);
        divide(x, y + half, half, unit, bottom, limit);
        divide(x + half * unit, y + half, half, unit, bottom, limit);
    }

    /** Whether a block takes little of the way around, so that its chord is near its arc and its texture is not skewed. */
    private boolean narrow(int width) {
        return !grid.wraps || WIDEST * width <= grid.width;
    }

    private boolean whole(int x, int y, int width, int height) {
        var first = kinds[y * grid.width + x];
        for (int v = y; v < y + height; v++) {
            for (int u = x; u < x + width; u++) {
                var p = v * grid.width + u;
                if (kinds[p] != first
                        || (u > x && tears.between(p, p - 1))
                        || (v > y && tears.between(p, p - grid.width))) {
                    return false;
                }
            }
        }
        for (int v = y; v < y + height; v++) {
            for (int u = x; u < x + width; u++) {
                if (away(x, y, width, height, u, v, false)
                        || (first == Occlusion.HIDING && away(x, y, width, height, u, v, true))) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Whether a sample is too far from the plane through the corners of its block. */
    private boolean away(int x, int y, int width, int height, int u, int v, boolean behind) {
        var right = x + width - 1;
        var bottom = y + height - 1;
        var s = width == 1 ? 0 : (double) (u - x) / (width - 1);
        var t = height == 1 ? 0 : (double) (v - y) / (height - 1);
        var plane = (1 - t) * ((1 - s) * value(x, y, behind) + s * value(right, y, behind))
                + t * ((1 - s) * value(x, bottom, behind) + s * value(right, bottom, behind));
        return grid.parallax * Math.abs(plane - value(u, v, behind)) > tolerance;
    }

    private float value(int x, int y, boolean behind) {
        var p = y * grid.width + x;
        return behind ? hidden.inverse(p) : grid.inverse[p];
    }

    private void add(int x, int y, int width, int height) {
        if (4 * size == cells.length) {
            cells = Arrays.copyOf(cells, 2 * cells.length);
        }
        cells[4 * size] = x;
        cells[4 * size + 1] = y;
        cells[4 * size + 2] = width;
        cells[4 * size + 3] = height;
        size++;
        for (int v = y; v <= y + height; v += height) {
            for (int u = x; u <= x + width; u += width) {
                corners.set(v * (grid.width + 1) + u);
                if (grid.wraps && u == 0) {
                    corners.set(v * (grid.width + 1) + grid.width);
                } else if (grid.wraps && u == grid.width) {
                    corners.set(v * (grid.width + 1));
                }
            }
        }
    }

    /** How many cells. */
    int size() {
        return size;
    }

    int x(int cell) {
        return cells[4 * cell];
    }

    int y(int cell) {
        return cells[4 * cell + 1];
    }

    int width(int cell) {
        return cells[4 * cell + 2];
    }

    int height(int cell) {
        return cells[4 * cell + 3];
    }

    byte kind(int cell) {
        return kinds[y(cell) * grid.width + x(cell)];
    }

    /** Whether a lattice point (0..width, 0..height) is a corner of some cell. */
    boolean corner(int x, int y) {
        return corners.get(y * (grid.width + 1) + x);
    }
}
