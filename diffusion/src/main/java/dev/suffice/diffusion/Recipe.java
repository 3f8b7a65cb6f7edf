package dev.suffice.diffusion;

import java.util.OptionalDouble;

/**
 * What an image was made with, every default filled in.
 *
 * @param prompt what it shows
 * @param negativePrompt what it was steered away from
 * @param model name or path of the model
 * @param scheduler class of the sampler, as in {@code scheduler_config.json}
 * @param steps denoising steps
 * @param guidance classifier-free guidance scale
 * @param guidanceRescale rescale of the guided prediction
 * @param eta share of fresh noise in each DDIM step
 * @param seed of the noise, as for PyTorch's CPU generator
 * @param width pixels
 * @param height pixels
 * @param panorama whether the edges wrap around
 * @param enlarged how many times as wide and high as it was denoised the model's upscaler made it; 1 without
 * @param strength of image to image; empty when it started from noise
 * @param engine name of the engine
 */
public record Recipe(
        String prompt,
        String negativePrompt,
        String model,
        String scheduler,
        int steps,
        double guidance,
        double guidanceRescale,
        double eta,
        long seed,
        int width,
        int height,
        boolean panorama,
        int enlarged,
        OptionalDouble strength,
        String engine) {
    /** The same with another seed. */
    Recipe withSeed(long other) {
        return new Recipe(
                prompt,
                negativePrompt,
                model,
                scheduler,
                steps,
                guidance,
                guidanceRescale,
                eta,
                other,
                width,
                height,
                panorama,
                enlarged,
                strength,
                engine);
    }
}
