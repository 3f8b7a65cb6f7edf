package dev.suffice.diffusion.scheduler;

import java.util.Arrays;

/** What is done to a predicted clean image that leaves the range of real images. */
sealed interface CleanLimit {
    /**
     * Applies the limit in place.
     *
     * @param clean images after each other
     * @param images how many
     */
    void apply(float[] clean, int images);

    /** Leaves the image alone; right for latents. */
    record Unlimited() implements CleanLimit {
        @Override
        public void apply(float[] clean, int images) {}
    }

    /** Clips to [-range, range]. */
    record Clip(float range) implements CleanLimit {
        @Override
        public void apply(float[] clean, int images) {
            for (int i = 0; i < clean.length; i++) {
                clean[i] = Math.clamp(clean[i], -range, range);
            }
        }
    }

    /**
     * Dynamic thresholding: clips each image to a quantile of its own magnitudes, at least 1 and at most a maximum, and
     * scales the result to [-1, 1] (Saharia et al. 2022, section 2.3).
     */
    record DynamicThreshold(float quantile, float max) implements CleanLimit {
        @Override
        public void apply(float[] clean, int images) {
            int size = clean.length / images;
            for (int start = 0; start < clean.length; start += size) {
                float threshold = Math.min(Math.max(quantileOfMagnitudes(clean, start, size), 1), max);
                for (int i = start; i < start + size; i++) {
                    clean[i] = Math.min(Math.max(clean[i], -threshold), threshold) / threshold;
                }
            }
        }

        private float quantileOfMagnitudes(float[] clean, int start, int size) {
            var magnitudes = new float[size];
            for (int i = 0; i < size; i++) {
                magnitudes[i] = Math.abs(clean[start + i]);
            }
            Arrays.sort(magnitudes);
            float rank = quantile * (size - 1);
            int below = (int) rank;
            int above = (int) Math.ceil(rank);
            return magnitudes[below] + (rank - below) * (magnitudes[above] - magnitudes[below]);
        }
    }

    /** The limit of a sampler that has both kinds; thresholding wins. */
    static CleanLimit of(SchedulerConfig config, boolean clipByDefault) {
        var thresholding = thresholding(config);
        return thresholding instanceof Unlimited ? clipping(config, clipByDefault) : thresholding;
    }

    /** The limit of a sampler that only clips. */
    static CleanLimit clipping(SchedulerConfig config, boolean clipByDefault) {
        return config.flag("clip_sample", clipByDefault)
                ? new Clip((float) config.positive("clip_sample_range", 1))
                : new Unlimited();
    }

    /** The limit of a sampler that only thresholds. */
    static CleanLimit thresholding(SchedulerConfig config) {
        if (!config.flag("thresholding", false)) {
            return new Unlimited();
        }
        double ratio = config.number("dynamic_thresholding_ratio", 0.995);
        if (!(ratio >= 0 && ratio <= 1)) {
            throw SchedulerConfig.invalid("dynamic_thresholding_ratio", ratio, "must be between 0 and 1 (a quantile)");
        }
        return new DynamicThreshold((float) ratio, (float) config.positive("sample_max_value", 1));
    }
}
