package dev.suffice.train.disco;

/** Steps down a gradient, with moments of it (Kingma and Ba 2015). Not thread-safe. */
final class Adam {
    private static final double FIRST = 0.9;
    private static final double SECOND = 0.999;
    private static final double EPSILON = 1e-8;

    private final double rate;
    private final double[] mean;
    private final double[] square;
    private int steps;

    Adam(int weights, double rate) {
        this.rate = rate;
        this.mean = new double[weights];
        this.square = new double[weights];
    }

    /** One step; the weights are changed. */
    void step(double[] weights, double[] gradient) {
        steps++;
        for (int w = 0; w < weights.length; w++) {
            mean[w] = FIRST * mean[w] + (1 - FIRST) * gradient[w];
            square[w] = SECOND * square[w] + (1 - SECOND) * gradient[w] * gradient[w];
            double first = mean[w] / (1 - Math.pow(FIRST, steps));
            double second = square[w] / (1 - Math.pow(SECOND, steps));
            weights[w] -= rate * first / (Math.sqrt(second) + EPSILON);
        }
    }
}
