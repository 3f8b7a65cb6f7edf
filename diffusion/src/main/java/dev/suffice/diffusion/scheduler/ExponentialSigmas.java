package dev.suffice.diffusion.scheduler;

/** Equal steps in log sigma. */
record ExponentialSigmas() implements SigmaSpacing {
    @Override
    public double[] between(double largest, double smallest, int steps) {
        var sigmas = Grids.linspace(Math.log(largest), Math.log(smallest), steps);
        for (int i = 0; i < steps; i++) {
            sigmas[i] = Math.exp(sigmas[i]);
        }
        return sigmas;
    }
}
