package dev.suffice.image;

/**
 * How each sample along one axis is made of the samples of another resolution: a triangle filter, as wide as two samples of
 * the coarser of the two.
 */
final class Resampling {
    /** First source sample of each target sample. */
    private final int[] first;

    /** Weights of the source samples from there on, summing to 1. */
    private final float[][] weights;

    private Resampling(int[] first, float[][] weights) {
        this.first = first;
        this.weights = weights;
    }

    static Resampling between(int source, int target) {
        var scale = (double) source / target;
        var radius = Math.max(1, scale);
        var first = new int[target];
        var weights = new float[target][];
        for (int i = 0; i < target; i++) {
            var centre = (i + 0.5) * scale - 0.5;
            var from = Math.max(0, (int) Math.ceil(centre - radius));
            var to = Math.min(source - 1, (int) Math.floor(centre + radius));
            first[i] = from;
            weights[i] = new float[to - from + 1];
            double sum = 0;
            for (int j = from; j <= to; j++) {
                sum += Math.max(0, 1 - Math.abs(j - centre) / radius);
            }
            for (int j = from; j <= to; j++) {
                weights[i][j - from] = (float) (Math.max(0, 1 - Math.abs(j - centre) / radius) / sum);
            }
        }
        return new Resampling(first, weights);
    }

    /** A plane of that width and height, resampled along its rows. */
    float[] horizontally(float[] plane, int width, int height) {
        var result = new float[first.length * height];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < first.length; x++) {
                float sum = 0;
                for (int j = 0; j < weights[x].length; j++) {
                    sum += weights[x][j] * plane[y * width + first[x] + j];
                }
                result[y * first.length + x] = sum;
            }
        }
        return result;
    }

    /** A plane of that width, resampled along its columns. */
    float[] vertically(float[] plane, int width) {
        var result = new float[first.length * width];
        for (int y = 0; y < first.length; y++) {
            for (int j = 0; j < weights[y].length; j++) {
                for (int x = 0; x < width; x++) {
                    result[y * width + x] += weights[y][j] * plane[(first[y] + j) * width + x];
                }
            }
        }
        return result;
    }
}
