package dev.suffice.image;

/**
 * Structural similarity (SSIM; Wang, Bovik, Sheikh and Simoncelli, "Image Quality Assessment: From Error Visibility to Structural Similarity",
 * 2004) of two pictures with depth: a Gaussian window of 11 x 11 pixels with deviation 1.5, K1 = 0.01, K2 = 0.03, the mean over all
 * windows that lie within the picture.
 *
 * @param rgb mean over red, green and blue; 1 for equal pictures, at least -1
 * @param depth the same of the depth values
 */
public record Similarity(double rgb, double depth) {
    private static final int RADIUS = 5;
    private static final double[] WINDOW = window();
    private static final double C1 = 0.01 * 0.01;
    private static final double C2 = 0.03 * 0.03;

    private static double[] window() {
        var weights = new double[2 * RADIUS + 1];
        double sum = 0;
        for (int i = 0; i < weights.length; i++) {
            double x = (i - RADIUS) / 1.5;
            weights[i] = Math.exp(-x * x / 2);
            sum += weights[i];
        }
        for (int i = 0; i < weights.length; i++) {
            weights[i] /= sum;
        }
        return weights;
    }

    /**
     * Compares.
     *
     * @throws IllegalArgumentException if sizes differ, or a side is shorter than the window's 11 pixels
     */
    public static Similarity of(RgbdImage a, RgbdImage b) {
        int width = a.width();
        int height = a.height();
        if (b.width() != width || b.height() != height || Math.min(width, height) < WINDOW.length) {
            throw new IllegalArgumentException(
                    "pictures of %dx%d and %dx%d: must be of one size, at least %d wide and high"
                            .formatted(width, height, b.width(), b.height(), WINDOW.length));
        }
        var rgb = 0.0;
        for (int channel = 0; channel < 3; channel++) {
            rgb += plane(colours(a, channel), colours(b, channel), width, height) / 3;
        }
        return new Similarity(rgb, plane(depths(a), depths(b), width, height));
    }

    private static double[] colours(RgbdImage image, int channel) {
        var values = new double[image.width() * image.height()];
        for (int i = 0; i < values.length; i++) {
            var rgb = image.rgb(i % image.width(), i / image.width());
            values[i] = ((rgb >> (8 * channel)) & 0xff) / 255.0;
        }
        return values;
    }

    private static double[] depths(RgbdImage image) {
        var values = new double[image.width() * image.height()];
        for (int i = 0; i < values.length; i++) {
            values[i] = image.depth(i % image.width(), i / image.width()) / (double) DepthScale.MAX;
        }
        return values;
    }

    private static double plane(double[] a, double[] b, int width, int height) {
        var aa = new double[a.length];
        var bb = new double[a.length];
        var ab = new double[a.length];
        for (int i = 0; i < a.length; i++) {
            aa[i] = a[i] * a[i];
            bb[i] = b[i] * b[i];
            ab[i] = a[i] * b[i];
        }
        var meanA = filtered(a, width, height);
        var meanB = filtered(b, width, height);
        var meanAa = filtered(aa, width, height);
        var meanBb = filtered(bb, width, height);
        var meanAb = filtered(ab, width, height);
        double sum = 0;
        for (int i = 0; i < meanA.length; i++) {
            double varianceA = meanAa[i] - meanA[i] * meanA[i];
            double varianceB = meanBb[i] - meanB[i] * meanB[i];
            double covariance = meanAb[i] - meanA[i] * meanB[i];
            sum += (2 * meanA[i] * meanB[i] + C1)
                    * (2 * covariance + C2)
                    / ((meanA[i] * meanA[i] + meanB[i] * meanB[i] + C1) * (varianceA + varianceB + C2));
        }
        return sum / meanA.length;
    }

    /** Means under the window, for windows within the picture. */
    private static double[] filtered(double[] values, int width, int height) {
        int across = width - 2 * RADIUS;
        int down = height - 2 * RADIUS;
        var rows = new double[across * height];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < across; x++) {
                double sum = 0;
                for (int k = 0; k < WINDOW.length; k++) {
                    sum += WINDOW[k] * values[y * width + x + k];
                }
                rows[y * across + x] = sum;
            }
        }
        var result = new double[across * down];
        for (int y = 0; y < down; y++) {
            for (int x = 0; x < across; x++) {
                double sum = 0;
                for (int k = 0; k < WINDOW.length; k++) {
                    sum += WINDOW[k] * rows[(y + k) * across + x];
                }
                result[y * across + x] = sum;
            }
        }
        return result;
    }
}
