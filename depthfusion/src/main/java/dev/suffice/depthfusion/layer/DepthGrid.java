package dev.suffice.depthfusion.layer;

import dev.suffice.depthfusion.Projection;
import dev.suffice.depthfusion.Scene;
import java.util.Arrays;

/**
 * The grid of samples that geometry is made of: one over the depth of each, per metre. Planes are linear in it, and the gap that
 * opens between two neighbours when the eye moves is proportional to its difference.
 */
final class DepthGrid {
    /** Neighbours are torn apart if their depths differ by more than this factor (and the gap matters). */
    private static final double RATIO = 1.06;

    private static final double MAX_RADIUS = 0.5;

    final int width;
    final int height;
    final boolean wraps;
    final float[] inverse;
    final Projection projection;

    /** Metres that the eye may move. */
    final double radius;

    /** Samples that a difference of 1 per metre moves apart when the eye moves by the radius. */
    final double parallax;

    /** How many samples along an axis were one before they were refined. */
    final int fineness;

    DepthGrid(int width, int height, float[] inverse, Projection projection, int fineness) {
        this.fineness = fineness;
        this.width = width;
        this.height = height;
        this.wraps = projection.wraps();
        this.inverse = inverse;
        this.projection = projection;
        this.radius = Math.min(MAX_RADIUS, 0.4 / nearest(inverse));
        this.parallax = radius * projection.pixelsPerRadian(height);
    }

    /** Every {@code factor}-th sample along both axes, from the middle of what it stands for. */
    static DepthGrid of(Scene scene, int factor) {
        var width = Math.max(1, scene.image().width() / factor);
        var height = Math.max(1, scene.image().height() / factor);
        var inverse = new float[width * height];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                inverse[y * width + x] = (float) scene.inverseDepth(
                        middle(x, width, scene.image().width()),
                        middle(y, height, scene.image().height()));
            }
        }
        return new DepthGrid(width, height, inverse, scene.projection(), 1);
    }

    /** The pixel in the middle of what a sample stands for. */
    static int middle(int sample, int samples, int pixels) {
        return (int) ((2L * sample + 1) * pixels / (2L * samples));
    }

    /** The depth that all but the nearest fiftieth are beyond, as its inverse. */
    private static double nearest(float[] inverse) {
        var stride = Math.max(1, inverse.length / 65536);
        var some = new float[(inverse.length + stride - 1) / stride];
        for (int i = 0; i < some.length; i++) {
            some[i] = inverse[i * stride];
        }
        Arrays.sort(some);
        return some[(int) (0.98 * (some.length - 1))];
    }

    /** How many samples wide the gap between two neighbours gets. */
    double gap(float a, float b) {
        return parallax * Math.abs(a - b);
    }

    /** Whether a surface cannot go on from one neighbour to the other: their depths differ by much, and one would see it. */
    boolean torn(float a, float b) {
        return gap(a, b) > 1 && Math.max(a, b) > RATIO * Math.min(a, b);
    }

    /** The sample to the left or right, above or below; -1 beyond an edge. Steps are at most the width. */
    int neighbour(int x, int y, int dx, int dy) {
        var row = y + dy;
        var column = x + dx;
        if (wraps) {
            column = Math.floorMod(column, width);
        }
        return row < 0 || row >= height || column < 0 || column >= width ? -1 : row * width + column;
    }

    /** How many samples of a row are as wide as one at the equator: 1, and more towards the poles of a panorama. */
    double shrinkage(int row) {
        return wraps ? Math.min(width, 1 / Math.sin(Math.PI * (row + 0.5) / height)) : 1;
    }

    /**
     * How many samples of a row make up one cell: the power of two below the shrinkage, so that cells near the poles of a panorama
     * are neither slivers nor too coarse.
     */
    int cellWidth(int row) {
        return Integer.highestOneBit((int) Math.max(1, Math.min(shrinkage(row), width / 4.0)));
    }
}
