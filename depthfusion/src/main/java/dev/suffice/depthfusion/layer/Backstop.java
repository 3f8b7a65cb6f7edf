package dev.suffice.depthfusion.layer;

import java.util.BitSet;

/**
 * A coarse surface behind everything around depth edges, so that a crack between finer surfaces shows the background's colours and not
 * nothing. It lies a little beyond the farthest sample near by.
 */
final class Backstop {
    private static final int BLOCK = 6;
    private static final float BEYOND = 0.97f;

    private final DepthGrid grid;
    private final byte[] kinds;
    private final HiddenSurface hidden;
    private final int columns;
    private final int rows;

    Backstop(DepthGrid grid, byte[] kinds, HiddenSurface hidden) {
        this.grid = grid;
        this.kinds = kinds;
        this.hidden = hidden;
        this.columns = (grid.width + BLOCK - 1) / BLOCK;
        this.rows = (grid.height + BLOCK - 1) / BLOCK;
    }

    /** Makes a vertex at a place of the lattice and returns its number. */
    interface Vertices {
        int add(double x, double y, float inverse);
    }

    /** Takes a triangle. */
    interface Triangles {
        void add(int a, int b, int c);
    }

    void triangles(Vertices vertices, Triangles triangles) {
        var farthest = farthest();
        var needed = needed();
        for (int block = needed.nextSetBit(0); block >= 0; block = needed.nextSetBit(block + 1)) {
            int column = block % columns;
            int row = block / columns;
            var corners = new int[4];
            for (int k = 0; k < 4; k++) {
                var x = Math.min(grid.width, (column + (k == 2 || k == 3 ? 1 : 0)) * BLOCK);
                var y = Math.min(grid.height, (row + (k == 1 || k == 2 ? 1 : 0)) * BLOCK);
                corners[k] = vertices.add(x, y, BEYOND * around(farthest, x / (double) BLOCK, y / (double) BLOCK));
            }
            triangles.add(corners[0], corners[1], corners[2]);
            triangles.add(corners[0], corners[2], corners[3]);
        }
    }

    private float[] farthest() {
        var farthest = new float[columns * rows];
        java.util.Arrays.fill(farthest, Float.MAX_VALUE);
        for (int p = 0; p < kinds.length; p++) {
            var block = p / grid.width / BLOCK * columns + p % grid.width / BLOCK;
            farthest[block] = Math.min(farthest[block], grid.inverse[p]);
            if (kinds[p] == Occlusion.HIDING) {
                farthest[block] = Math.min(farthest[block], hidden.inverse(p));
            }
        }
        return farthest;
    }

    /** Blocks with something hidden, and those around them. */
    private BitSet needed() {
        var needed = new BitSet(columns * rows);
        for (int p = 0; p < kinds.length; p++) {
            if (kinds[p] != Occlusion.HIDING) {
                continue;
            }
            int column = p % grid.width / BLOCK;
            int row = p / grid.width / BLOCK;
            for (int dy = -1; dy <= 1; dy++) {
                for (int dx = -1; dx <= 1; dx++) {
                    var block = block(column + dx, row + dy);
                    if (block >= 0) {
                        needed.set(block);
                    }
                }
            }
        }
        return needed;
    }

    private int block(int column, int row) {
        var c = grid.wraps ? Math.floorMod(column, columns) : column;
        return row < 0 || row >= rows || c < 0 || c >= columns ? -1 : row * columns + c;
    }

    /** The farthest of the blocks within one and a half blocks of a corner. */
    private float around(float[] farthest, double x, double y) {
        var least = Float.MAX_VALUE;
        for (int row = (int) Math.ceil(y) - 2; row <= (int) Math.floor(y) + 1; row++) {
            for (int column = (int) Math.ceil(x) - 2; column <= (int) Math.floor(x) + 1; column++) {
                var block = block(column, row);
                if (block >= 0) {
                    least = Math.min(least, farthest[block]);
                }
            }
        }
        return least;
    }
}
