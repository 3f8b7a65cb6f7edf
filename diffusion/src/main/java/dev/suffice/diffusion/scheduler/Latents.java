package dev.suffice.diffusion.scheduler;

/** Weighted sums of equally long arrays, in single precision and from left to right. */
final class Latents {
    private Latents() {}

    /** a x + b y. */
    static float[] sum(float a, float[] x, float b, float[] y) {
        var sum = new float[x.length];
        for (int i = 0; i < sum.length; i++) {
            sum[i] = a * x[i] + b * y[i];
        }
        return sum;
    }

    /** a x + b y + c z. */
    static float[] sum(float a, float[] x, float b, float[] y, float c, float[] z) {
        var sum = new float[x.length];
        for (int i = 0; i < sum.length; i++) {
            sum[i] = a * x[i] + b * y[i] + c * z[i];
        }
        return sum;
    }

    /** x + b y. */
    static float[] plus(float[] x, float b, float[] y) {
        var sum = new float[x.length];
        for (int i = 0; i < sum.length; i++) {
            sum[i] = x[i] + b * y[i];
        }
        return sum;
    }

    /** a (x - y). */
    static float[] difference(float a, float[] x, float[] y) {
        var difference = new float[x.length];
        for (int i = 0; i < difference.length; i++) {
            difference[i] = a * (x[i] - y[i]);
        }
        return difference;
    }

    /** (x - y) / a. */
    static float[] slope(float[] x, float[] y, float a) {
        var slope = new float[x.length];
        for (int i = 0; i < slope.length; i++) {
            slope[i] = (x[i] - y[i]) / a;
        }
        return slope;
    }
}
