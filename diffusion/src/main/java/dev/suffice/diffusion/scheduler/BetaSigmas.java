package dev.suffice.diffusion.scheduler;

/**
 * Quantiles of the beta distribution with both shapes 0.6, dense at both ends (Lee et al. 2024, "Beta Sampling is All You
 * Need").
 */
record BetaSigmas() implements SigmaSpacing {
    private static final double SHAPE = 0.6;

    @Override
    public double[] between(double largest, double smallest, int steps) {
        var sigmas = Grids.linspace(0, 1, steps);
        for (int i = 0; i < steps; i++) {
            sigmas[i] = smallest + BetaDistribution.quantile(1 - sigmas[i], SHAPE, SHAPE) * (largest - smallest);
        }
        return sigmas;
    }
}
