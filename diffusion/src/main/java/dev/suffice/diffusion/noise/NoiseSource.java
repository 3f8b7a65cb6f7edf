package dev.suffice.diffusion.noise;

import java.util.List;

/**
 * Independent standard normal numbers. A source has state: every call continues where the last one ended. Not thread-safe.
 */
@FunctionalInterface
public interface NoiseSource {
    /**
     * Fills the array with independent draws from N(0, 1).
     *
     * @param noise overwritten completely
     */
    void fill(float[] noise);

    /** The default generator: {@link TorchNoise} with this seed. */
    static NoiseSource seeded(long seed) {
        return new TorchNoise(seed);
    }

    /**
     * For deterministic samplers.
     *
     * @return a source that throws {@link IllegalStateException} as soon as noise is asked for
     */
    static NoiseSource none() {
        return noise -> {
            throw new IllegalStateException(
                    "this sampler draws noise at every step: pass a noise source, e.g. NoiseSource.seeded(seed)");
        };
    }

    /**
     * One source for a batch in which every image has its own: the array is cut into as many equal parts as there are
     * images, in order. Image k of the batch so gets the noise that it would get alone.
     *
     * @param images one source for each image, at least one
     * @throws IllegalArgumentException if there is none, or later if an array does not divide into equal parts
     */
    static NoiseSource perImage(List<? extends NoiseSource> images) {
        if (images.isEmpty()) {
            throw new IllegalArgumentException("noise sources: must be one for each image, got none");
        }
        var sources = List.<NoiseSource>copyOf(images);
        return noise -> {
            if (noise.length % sources.size() != 0) {
                throw new IllegalArgumentException(
                        "noise of %d values: does not divide into %d images".formatted(noise.length, sources.size()));
            }
            var part = new float[noise.length / sources.size()];
            for (int image = 0; image < sources.size(); image++) {
                sources.get(image).fill(part);
                System.arraycopy(part, 0, noise, image * part.length, part.length);
            }
        };
    }
}
