package dev.suffice.diffusion;

import dev.suffice.core.InvalidRequestException;
import dev.suffice.image.RgbdImage;

/**
 * An image to start from.
 *
 * @param image resized to the size of the run
 * @param strength how much of it is made anew: above 0 (keep it) to 1 (ignore it)
 */
public record InitImage(RgbdImage image, double strength) {
    /** Checks the range. */
    public InitImage {
        if (!(strength > 0 && strength <= 1)) {
            throw new InvalidRequestException(
                    "strength %s: must be above 0 (keep the image) and at most 1 (ignore it)".formatted(strength));
        }
    }
}
