package dev.suffice.bench;

import dev.suffice.image.DepthScale;
import dev.suffice.image.RgbdImage;

/**
 * How well an equirectangular picture closes, as ratios that are about 1 where there is nothing to see.
 *
 * <p>A network that works on a coarser grid makes larger steps between columns at the borders of its cells than within them, all
 * around the picture. The seam is such a border, so it is compared with the others.
 *
 * @param colourSeam difference of the last and the first column over the mean difference of the columns at the other borders
 * @param depthSeam the same of depth
 * @param colourPoles spread along the top and the bottom row, each of which is one point of the sphere, over the spread along rows
 *     at eye level, or over one level of 255 where that is less
 * @param depthPoles the same of depth
 */
record Continuity(double colourSeam, double depthSeam, double colourPoles, double depthPoles) {
    private interface Plane {
        double at(int x, int y);
    }

    /** @param cell width in pixels of what the network sees as one column, 1 to compare with all columns */
    static Continuity of(RgbdImage panorama, int cell) {
        if (cell < 1 || cell >= panorama.width()) {
            throw new IllegalArgumentException("cells of %d pixels in a picture of %d: must be 1 to %d"
                    .formatted(cell, panorama.width(), panorama.width() - 1));
        }
        int others = (panorama.width() - 1) / cell;
        double[] seams = new double[2];
        double[] poles = new double[2];
        Plane[][] planes = {
            {
                (x, y) -> panorama.rgb(x, y) >> 16 & 0xff,
                (x, y) -> panorama.rgb(x, y) >> 8 & 0xff,
                (x, y) -> panorama.rgb(x, y) & 0xff
            },
            {(x, y) -> panorama.depth(x, y) * 255.0 / DepthScale.MAX}
        };
        for (int i = 0; i < planes.length; i++) {
            double across = 0;
            double within = 0;
            double atPoles = 0;
            double atEyeLevel = 0;
            for (var plane : planes[i]) {
                across += step(panorama, plane, panorama.width() - 1);
                for (int border = 1; border <= others; border++) {
                    within += step(panorama, plane, border * cell - 1) / others;
                }
                atPoles += spread(panorama, plane, 0) + spread(panorama, plane, panorama.height() - 1);
                var middle = panorama.height() / 2;
                atEyeLevel += spread(panorama, plane, middle) + spread(panorama, plane, middle - 1);
            }
            seams[i] = across / Math.max(within, 1e-9);
            poles[i] = atPoles / Math.max(atEyeLevel, 2.0 * planes[i].length);
        }
        return new Continuity(seams[0], seams[1], poles[0], poles[1]);
    }

    /** Mean absolute difference of a column and the one to its right, around the edge. */
    private static double step(RgbdImage image, Plane plane, int x) {
        double sum = 0;
        for (int y = 0; y < image.height(); y++) {
            sum += Math.abs(plane.at(x, y) - plane.at((x + 1) % image.width(), y));
        }
        return sum / image.height();
    }

    /** Standard deviation along a row. */
    private static double spread(RgbdImage image, Plane plane, int y) {
        double sum = 0;
        double squares = 0;
        for (int x = 0; x < image.width(); x++) {
            sum += plane.at(x, y);
            squares += plane.at(x, y) * plane.at(x, y);
        }
        double mean = sum / image.width();
        return Math.sqrt(Math.max(0, squares / image.width() - mean * mean));
    }
}
