package dev.suffice.diffusion.scheduler;

/**
 * Lagrange polynomials in log rho, integrated over rho, for two or three nodes. In single precision: the antiderivatives at
 * both limits nearly cancel, and recorded runs carry the rounding of that difference.
 */
final class LogRhoBasis {
    private LogRhoBasis() {}

    /**
     * The integral of the polynomial that is 1 at one node and 0 at the others, from the first node to a limit.
     *
     * @param nodes two or three values of rho, the newest first
     * @param which the node where the polynomial is 1
     * @param to the limit
     */
    static float integral(float[] nodes, int which, float to) {
        int count = nodes.length;
        float b = nodes[which];
        float c = nodes[(which + 1) % count];
        if (count == 2) {
            return antiderivative(to, b, c) - antiderivative(nodes[0], b, c);
        }
        float d = nodes[(which + 2) % count];
        return antiderivative(to, b, c, d) - antiderivative(nodes[0], b, c, d);
    }

    /** Of (log t - log c) / (log b - log c). */
    private static float antiderivative(float t, float b, float c) {
        return t * (-log(c) + log(t) - 1) / (log(b) - log(c));
    }

    /** Of (log t - log c) (log t - log d) / ((log b - log c) (log b - log d)). */
    private static float antiderivative(float t, float b, float c, float d) {
        float logT = log(t);
        float numerator = t * (log(c) * (log(d) - logT + 1) - log(d) * logT + log(d) + logT * logT - 2 * logT + 2);
        return numerator / ((log(b) - log(c)) * (log(b) - log(d)));
    }

    private static float log(float x) {
        return Float32.approximateLog(x);
    }
}
