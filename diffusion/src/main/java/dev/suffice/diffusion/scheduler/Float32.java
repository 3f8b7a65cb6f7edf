package dev.suffice.diffusion.scheduler;

/**
 * Elementary functions in single precision. Samplers compute their coefficients in the number type of the implementation
 * that models were made with: near the end of a run coefficients are differences of nearly equal numbers, where the rounding
 * shows.
 */
final class Float32 {
    private static final float LN_2 = (float) Math.log(2);
    private static final float SQRT_2 = (float) Math.sqrt(2);

    /** Numerator and denominator of log(1 + x) on [1/sqrt(2) - 1, sqrt(2) - 1], highest power first. */
    private static final float[] LOG_NUMERATOR = {0.025899792f, 0.38088378f, 1.4800006f, 2.1126776f, 1f, 0f};

    private static final float[] LOG_DENOMINATOR = {0.0058750953f, 0.15464763f, 0.9864943f, 2.453006f, 2.6126776f, 1f};

    private Float32() {}

    static float sqrt(float x) {
        return (float) Math.sqrt(x);
    }

    static float exp(float x) {
        return (float) Math.exp(x);
    }

    static float expm1(float x) {
        return (float) Math.expm1(x);
    }

    static float log(float x) {
        return (float) Math.log(x);
    }

    /**
     * The logarithm as NumPy computes it for float32 arrays: a rational approximation with an error of up to a few units in
     * the last place. Training sigmas are tabulated with it. A sigma that lies exactly on an entry of the table maps to a
     * whole timestep or to a hair less, according to how that entry is rounded, and some samplers then truncate.
     */
    static float approximateLog(float x) {
        if (!(x > 0) || Float.isInfinite(x)) {
            return log(x);
        }
        int exponent = Math.getExponent(x);
        float mantissa = Math.scalb(x, -exponent);
        if (mantissa > SQRT_2) {
            mantissa /= 2;
            exponent++;
        }
        float m = mantissa - 1;
        return Math.fma(exponent, LN_2, polynomial(LOG_NUMERATOR, m) / polynomial(LOG_DENOMINATOR, m));
    }

    private static float polynomial(float[] coefficients, float x) {
        float sum = coefficients[0];
        for (int i = 1; i < coefficients.length; i++) {
            sum = Math.fma(sum, x, coefficients[i]);
        }
        return sum;
    }
}
