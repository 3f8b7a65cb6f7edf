package dev.suffice.diffusion;

import dev.suffice.core.InvalidRequestException;
import dev.suffice.image.RgbdImage;

/**
 * What a super-resolution model makes larger. It is resized to the size of the run, encoded, and shown to the U-Net beside the
 * noisy latents at every step.
 *
 * @param image RGB and depth
 * @param noiseLevel how much the model is told to distrust it, 0 to 350; published: 20
 */
public record LowResolutionImage(RgbdImage image, int noiseLevel) {
    /** Checks the range. */
    public LowResolutionImage {
        if (noiseLevel < 0 || noiseLevel > 350) {
            throw new InvalidRequestException("noise level %d: must be between 0 and 350".formatted(noiseLevel));
        }
    }
}
