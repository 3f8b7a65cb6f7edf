package dev.suffice.diffusion.scheduler;

import static dev.suffice.diffusion.scheduler.Float32.log;
import static dev.suffice.diffusion.scheduler.Float32.sqrt;

/**
 * One noise level of a sample x = alpha x0 + sigma noise.
 *
 * @param level the entry in the table of noise levels: sigma / alpha of a variance-preserving point, sigma of one on a path
 * @param alpha share of the clean image
 * @param sigma share of the noise
 * @param lambda half the log signal-to-noise ratio, log(alpha / sigma): the time variable of the DPM-Solver family; infinite
 *     at the clean end
 */
record NoisePoint(float level, float alpha, float sigma, float lambda) {
    /** The variance-preserving point whose variance-exploding noise level is given. */
    static NoisePoint preserving(float level) {
        float alpha = 1 / sqrt(level * level + 1);
        return of(level, alpha, level * alpha);
    }

    /** The point on a straight path, x = (1 - level) x0 + level noise. */
    static NoisePoint straight(float level) {
        return of(level, 1 - level, level);
    }

    private static NoisePoint of(float level, float alpha, float sigma) {
        return new NoisePoint(level, alpha, sigma, log(alpha) - log(sigma));
    }

    /** sigma / alpha, the variance-exploding level. */
    float ratio() {
        return sigma / alpha;
    }

    /** The clean image of a sample at this point. */
    float[] clean(Prediction prediction, float[] output, float[] sample) {
        return prediction.clean(output, sample, alpha, prediction == Prediction.FLOW_PREDICTION ? level : sigma);
    }

    /** The noise of a sample at this point. */
    float[] noise(Prediction prediction, float[] output, float[] sample) {
        return prediction.noise(output, sample, alpha, sigma);
    }
}
