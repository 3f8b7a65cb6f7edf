package dev.suffice.bench;

import dev.suffice.image.DepthScale;
import dev.suffice.image.RgbdImage;

/**
 * How well an equirectangular picture closes, as ratios that are about 1 where there is nothing to see.
 *
 * @param colourSeam difference of the last and the first column over the mean difference of neighbouring columns
 * @param depthSeam the same of depth
 * @param colourPoles spread along the top and the bottom row, each of which is one point of the sphere, over the spread along rows
 *     at eye level
 * @param depthPoles the same of depth
 */
record Continuity(double colourSeam, double depthSeam, double colourPoles, double depthPoles) {
    private interface Plane {
        double at(int x, int y);
    }

    static Continuity of(RgbdImage panorama) {
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
                for (int x = 0; x < panorama.width() - 1; x++) {
                    within += step(panorama, plane, x) / (panorama.width() - 1);
                }
                atPoles += spread(panorama, plane, 0) + spread(panorama, plane, panorama.height() - 1);
                var middle = panorama.height() / 2;
                atEyeLevel += spread(panorama, plane, middle) + spread(panorama, plane, middle - 1);
            }
            seams[i] = across / Math.max(within, 1e-9);
            poles[i] = atPoles / Math.max(atEyeLevel, 1e-9);
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
