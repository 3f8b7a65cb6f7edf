package dev.suffice.diffusion.scheduler;

/**
 * The noise levels of the training timesteps, and the map between timesteps and levels in between. Immutable.
 */
final class SigmaTable {
    private static final double SMALLEST = 1e-10;

    private final float[] sigmas;
    private final float[] logSigmas;

    SigmaTable(NoiseSchedule schedule) {
        sigmas = schedule.sigmas();
        logSigmas = new float[sigmas.length];
        for (int i = 0; i < sigmas.length; i++) {
            logSigmas[i] = Float32.approximateLog(sigmas[i]);
        }
    }

    float smallest() {
        return sigmas[0];
    }

    float largest() {
        return sigmas[sigmas.length - 1];
    }

    float smallestLog() {
        return logSigmas[0];
    }

    float largestLog() {
        return logSigmas[logSigmas.length - 1];
    }

    /** The noise level at a timestep, linear between training timesteps. */
    double at(double timestep) {
        if (timestep <= 0) {
            return sigmas[0];
        }
        if (timestep >= sigmas.length - 1) {
            return sigmas[sigmas.length - 1];
        }
        int below = (int) timestep;
        double slope = (double) sigmas[below + 1] - sigmas[below];
        return slope * (timestep - below) + sigmas[below];
    }

    double[] at(double[] timesteps) {
        var levels = new double[timesteps.length];
        for (int i = 0; i < levels.length; i++) {
            levels[i] = at(timesteps[i]);
        }
        return levels;
    }

    /** The timestep of a noise level, linear in its logarithm. */
    double timestepOf(double sigma) {
        if (logSigmas.length == 1) {
            return 0;
        }
        double logSigma = Math.log(Math.max(sigma, SMALLEST));
        int below = Math.min(lastNotAbove(logSigma), logSigmas.length - 2);
        double low = logSigmas[below];
        double span = logSigmas[below] - logSigmas[below + 1];
        double weight = Math.clamp((low - logSigma) / span, 0, 1);
        return (1 - weight) * below + weight * (below + 1);
    }

    double[] timestepsOf(double[] levels) {
        var timesteps = new double[levels.length];
        for (int i = 0; i < levels.length; i++) {
            timesteps[i] = timestepOf(levels[i]);
        }
        return timesteps;
    }

    private int lastNotAbove(double logSigma) {
        int low = 0;
        int high = logSigmas.length - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (logSigmas[middle] <= logSigma) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }
}
