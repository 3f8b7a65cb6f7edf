package dev.suffice.diffusion.scheduler;

/**
 * Equal steps in sigma^(1/7), dense where there is little noise (Karras et al. 2022, "Elucidating the Design Space of
 * Diffusion-Based Generative Models", equation 5 with rho = 7).
 */
record KarrasSigmas() implements SigmaSpacing {
    private static final double RHO = 7;

    @Override
    public double[] between(double largest, double smallest, int steps) {
        double from = Math.pow(largest, 1 / RHO);
        double to = Math.pow(smallest, 1 / RHO);
        var sigmas = Grids.linspace(0, 1, steps);
        for (int i = 0; i < steps; i++) {
            sigmas[i] = Math.pow(from + sigmas[i] * (to - from), RHO);
        }
        return sigmas;
    }
}
