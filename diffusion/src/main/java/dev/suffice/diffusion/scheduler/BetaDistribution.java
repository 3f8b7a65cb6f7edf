package dev.suffice.diffusion.scheduler;

/** The beta distribution with equal shapes. */
final class BetaDistribution {
    private static final int MAX_TERMS = 300;
    private static final double TINY = 1e-300;

    private BetaDistribution() {}

    /**
     * The point below which the probability lies.
     *
     * @param probability from 0 to 1
     * @param a shape, above 0
     * @param b shape, above 0
     */
    static double quantile(double probability, double a, double b) {
        if (probability <= 0) {
            return 0;
        }
        if (probability >= 1) {
            return 1;
        }
        double low = 0;
        double high = 1;
        double x = 0.5;
        double norm = logBeta(a, b);
        for (int i = 0; i < 200; i++) {
            double error = cumulative(x, a, b) - probability;
            if (error > 0) {
                high = x;
            } else {
                low = x;
            }
            double density = Math.exp((a - 1) * Math.log(x) + (b - 1) * Math.log1p(-x) - norm);
            double next = x - error / density;
            if (!(next > low && next < high)) {
                next = (low + high) / 2;
            }
            if (Math.abs(next - x) <= Math.ulp(x)) {
                return next;
            }
            x = next;
        }
        return x;
    }

    /** The regularised incomplete beta function I_x(a, b), by its continued fraction. */
    static double cumulative(double x, double a, double b) {
        if (x <= 0) {
            return 0;
        }
        if (x >= 1) {
            return 1;
        }
        double front = Math.exp(a * Math.log(x) + b * Math.log1p(-x) - logBeta(a, b));
        return x < (a + 1) / (a + b + 2)
                ? front * continuedFraction(x, a, b) / a
                : 1 - front * continuedFraction(1 - x, b, a) / b;
    }

    /** Lentz's method on the fraction of DLMF 8.17.22. */
    private static double continuedFraction(double x, double a, double b) {
        double c = 1;
        double d = 1 / nonZero(1 - (a + b) * x / (a + 1));
        double value = d;
        for (int m = 1; m <= MAX_TERMS; m++) {
            double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
            d = 1 / nonZero(1 + even * d);
            c = nonZero(1 + even / c);
            value *= d * c;
            double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
            d = 1 / nonZero(1 + odd * d);
            c = nonZero(1 + odd / c);
            double factor = d * c;
            value *= factor;
            if (Math.abs(factor - 1) < 1e-16) {
                break;
            }
        }
        return value;
    }

    private static double nonZero(double x) {
        return Math.abs(x) < TINY ? TINY : x;
    }

    private static double logBeta(double a, double b) {
        return logGamma(a) + logGamma(b) - logGamma(a + b);
    }

    /** Stirling's series (DLMF 5.11.1) after shifting the argument above 15. */
    private static double logGamma(double x) {
        double shift = 0;
        double y = x;
        while (y < 15) {
            shift += Math.log(y);
            y += 1;
        }
        double inverse = 1 / y;
        double square = inverse * inverse;
        double series = inverse
                * (1 / 12.0 - square * (1 / 360.0 - square * (1 / 1260.0 - square * (1 / 1680.0 - square / 1188.0))));
        return (y - 0.5) * Math.log(y) - y + 0.5 * Math.log(2 * Math.PI) + series - shift;
    }
}
