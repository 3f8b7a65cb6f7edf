package dev.suffice.diffusion;

/** What the autoencoder's encoder gives: a Gaussian for every element of the latents. */
final class LatentDistribution {
    private final float[] mean;
    private final float[] logVariance;

    LatentDistribution(float[] mean, float[] logVariance) {
        this.mean = mean;
        this.logVariance = logVariance;
    }

    /** mean + deviation * noise, scaled. The logarithm is clamped to -30..20, as diffusers does. */
    float[] sample(float[] noise, double scalingFactor) {
        var latents = new float[mean.length];
        for (int i = 0; i < latents.length; i++) {
            var deviation = (float) Math.exp(0.5f * Math.clamp(logVariance[i], -30f, 20f));
            latents[i] = (float) scalingFactor * (mean[i] + deviation * noise[i]);
        }
        return latents;
    }
}
