package dev.suffice.diffusion.scheduler;

/** The polynomials that are 1 at one node and 0 at the others. */
final class LagrangeBasis {
    private LagrangeBasis() {}

    /**
     * The integral of the basis polynomial of a node, exact up to rounding: the polynomial is written out in powers of the
     * distance from the lower limit.
     *
     * @param nodes distinct
     * @param which the node where the polynomial is 1
     * @param from lower limit
     * @param to upper limit
     */
    static double integral(double[] nodes, int which, double from, double to) {
        var coefficients = new double[nodes.length];
        coefficients[0] = 1;
        int degree = 0;
        for (int k = 0; k < nodes.length; k++) {
            if (k == which) {
                continue;
            }
            double root = nodes[k] - from;
            double scale = 1 / (nodes[which] - nodes[k]);
            degree++;
            for (int power = degree; power > 0; power--) {
                coefficients[power] = (coefficients[power - 1] - root * coefficients[power]) * scale;
            }
            coefficients[0] *= -root * scale;
        }
        double width = to - from;
        double sum = 0;
        for (int power = degree; power >= 0; power--) {
            sum = sum * width + coefficients[power] / (power + 1);
        }
        return sum * width;
    }
}
