package dev.suffice.diffusion;

import dev.suffice.core.InvalidRequestException;
import dev.suffice.core.StepCount;
import dev.suffice.diffusion.policy.StepPolicy;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What to make. Immutable; {@code ImageRequest.of("a red sofa").seed(7).build()}.
 *
 * @param prompt what to show
 * @param negativePrompt what to steer away from, used while guidance is above 1
 * @param steps how many denoising steps
 * @param policy what decides, during the run, which passes of the U-Net are needed
 * @param scheduler name or class of the sampler; empty for the model's own
 * @param guidance classifier-free guidance scale, at least 1 (1 = none); empty for the model's default
 * @param guidanceRescale 0 to 1: how far the guided prediction is rescaled to the spread of the unguided one, against
 *     over-exposure (Lin et al., "Common Diffusion Noise Schedules and Sample Steps are Flawed", section 3.4); empty for
 *     the model's default
 * @param size of the image; empty for the model's default
 * @param panorama a 360 degree view: twice as wide as high, the left edge continues the right one
 * @param enlarge whether the model's upscaler makes the result larger; empty for the model's default
 * @param seed of the first image's noise; image k takes seed + k
 * @param count images to make, 1 to 64
 * @param eta share of fresh noise in each DDIM step, 0 to 1; other samplers have none
 * @param init an image to start from
 * @param lowResolution what a super-resolution model is to make larger
 */
public record ImageRequest(
        String prompt,
        String negativePrompt,
        StepCount steps,
        StepPolicy policy,
        Optional<String> scheduler,
        OptionalDouble guidance,
        OptionalDouble guidanceRescale,
        Optional<ImageSize> size,
        boolean panorama,
        Optional<Boolean> enlarge,
        long seed,
        int count,
        double eta,
        Optional<InitImage> init,
        Optional<LowResolutionImage> lowResolution) {
    private static final int MAX_PROMPT = 10_000;
    private static final int MAX_COUNT = 64;

    /** Checks the ranges. */
    public ImageRequest {
        checkText("prompt", prompt);
        checkText("negative prompt", negativePrompt);
        guidance.ifPresent(g -> check(g >= 1 && g <= 1000, "guidance scale %s: must be >= 1 (1 = no guidance)", g));
        guidanceRescale.ifPresent(r -> check(r >= 0 && r <= 1, "guidance rescale %s: must be between 0 and 1", r));
        check(count >= 1 && count <= MAX_COUNT, "count %s: must be between 1 and " + MAX_COUNT, count);
        check(eta >= 0 && eta <= 1, "eta %s: must be between 0 and 1", eta);
        check(
                init.isEmpty() || lowResolution.isEmpty(),
                "an image to start from and one to make larger: must not be given together%s",
                "");
    }

    /** Starts a request for that prompt, with every default. */
    public static Builder of(String prompt) {
        return new Builder(prompt);
    }

    /** Collects what a request is made of. Not thread-safe. */
    public static final class Builder {
        private final String prompt;
        private String negativePrompt = "";
        private StepCount steps = StepCount.auto();
        private StepPolicy policy = StepPolicy.auto();
        private Optional<String> scheduler = Optional.empty();
        private OptionalDouble guidance = OptionalDouble.empty();
        private OptionalDouble guidanceRescale = OptionalDouble.empty();
        private Optional<ImageSize> size = Optional.empty();
        private boolean panorama = false;
        private Optional<Boolean> enlarge = Optional.empty();
        private long seed = 0;
        private int count = 1;
        private double eta = 0;
        private Optional<InitImage> init = Optional.empty();
        private Optional<LowResolutionImage> lowResolution = Optional.empty();

        private Builder(String prompt) {
            this.prompt = prompt;
        }

        /** What to steer away from; nothing by default. */
        public Builder negativePrompt(String value) {
            negativePrompt = value;
            return this;
        }

        /** How many denoising steps; as the model recommends by default. */
        public Builder steps(StepCount value) {
            steps = value;
            return this;
        }

        /** What decides during the run; the model's own choice by default. */
        public Builder policy(StepPolicy value) {
            policy = value;
            return this;
        }

        /** Name or class of the sampler; the model's own by default. */
        public Builder scheduler(String value) {
            scheduler = Optional.of(value);
            return this;
        }

        /** Guidance scale; the model's own by default. */
        public Builder guidance(double value) {
            guidance = OptionalDouble.of(value);
            return this;
        }

        /** Guidance rescale; the model's own by default. */
        public Builder guidanceRescale(double value) {
            guidanceRescale = OptionalDouble.of(value);
            return this;
        }

        /** Size of the image; the model's own by default. */
        public Builder size(ImageSize value) {
            size = Optional.of(value);
            return this;
        }

        /** A 360 degree view or not; not by default. */
        public Builder panorama(boolean value) {
            panorama = value;
            return this;
        }

        /** Whether the model's upscaler makes the result larger; the model's own choice by default. */
        public Builder enlarge(boolean value) {
            enlarge = Optional.of(value);
            return this;
        }

        /** Seed of the first image's noise; 0 by default. */
        public Builder seed(long value) {
            seed = value;
            return this;
        }

        /** Images to make; 1 by default. */
        public Builder count(int value) {
            count = value;
            return this;
        }

        /** Share of fresh noise in each DDIM step; 0 by default. */
        public Builder eta(double value) {
            eta = value;
            return this;
        }

        /** An image to start from; none by default. */
        public Builder init(InitImage value) {
            init = Optional.of(value);
            return this;
        }

        /** What a super-resolution model is to make larger; none by default. */
        public Builder lowResolution(LowResolutionImage value) {
            lowResolution = Optional.of(value);
            return this;
        }

        /**
         * The request.
         *
         * @throws InvalidRequestException if a value is out of its range
         */
        public ImageRequest build() {
            return new ImageRequest(
                    prompt,
                    negativePrompt,
                    steps,
                    policy,
                    scheduler,
                    guidance,
                    guidanceRescale,
                    size,
                    panorama,
                    enlarge,
                    seed,
                    count,
                    eta,
                    init,
                    lowResolution);
        }
    }

    private static void checkText(String name, String text) {
        check(text.length() <= MAX_PROMPT, name + " of %s characters: must be at most " + MAX_PROMPT, text.length());
    }

    private static void check(boolean condition, String message, Object value) {
        if (!condition) {
            throw new InvalidRequestException(message.formatted(value));
        }
    }
}
