package dev.suffice.depthfusion.layer;

import java.util.Arrays;

/**
 * Near the poles of a panorama, neighbours in a row are nearer to each other than the picture can know: each sample becomes the
 * median of those that share its place, and the samples of one cell become one. Without this, noise along the first and the last row
 * pulls the pole into spikes.
 */
final class PolarFilter {
    private PolarFilter() {}

    static void apply(DepthGrid grid) {
        if (!grid.wraps) {
            return;
        }
        for (int y = 0; y < grid.height; y++) {
            var span = y == 0 || y == grid.height - 1 ? grid.width : (int) grid.shrinkage(y);
            if (span > 1) {
                row(grid, y, span);
            }
        }
    }

    private static void row(DepthGrid grid, int y, int span) {
        var row = Arrays.copyOfRange(grid.inverse, y * grid.width, (y + 1) * grid.width);
        var cell = span == grid.width ? span : grid.cellWidth(y);
        var window = new float[span];
        for (int from = 0; from < grid.width; from += cell) {
            var to = Math.min(grid.width, from + cell);
            for (int i = 0; i < span; i++) {
                window[i] = row[Math.floorMod((from + to - span) / 2 + i, grid.width)];
            }
            Arrays.sort(window);
            Arrays.fill(grid.inverse, y * grid.width + from, y * grid.width + to, window[span / 2]);
        }
    }
}
