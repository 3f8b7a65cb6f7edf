package dev.suffice.diffusion.scheduler;

import static dev.suffice.diffusion.scheduler.Float32.sqrt;

/**
 * How an ancestral step from one noise level to the next divides into a deterministic part and fresh noise:
 * up^2 + down^2 = next^2.
 *
 * @param down level that the deterministic part ends at
 * @param up standard deviation of the noise
 */
record AncestralSplit(float down, float up) {
    static AncestralSplit of(float sigma, float next) {
        float variance = next * next;
        float up = sqrt(variance * (sigma * sigma - variance) / (sigma * sigma));
        return new AncestralSplit(sqrt(variance - up * up), up);
    }
}
