package dev.suffice.diffusion.engines;

import dev.suffice.core.InvalidRequestException;

/**
 * What a process is going to do with a model, as far as it is known.
 *
 * @param images that will be made, at least 1; {@link Long#MAX_VALUE} if the process stays
 * @param steps of each, at least 1
 */
public record ExpectedWork(long images, int steps) {
    /** Steps of an image whose number the model chooses. */
    private static final int USUAL_STEPS = 20;

    /** Checks the ranges. */
    public ExpectedWork {
        if (images < 1 || steps < 1) {
            throw new InvalidRequestException("%d images of %d steps: must be at least 1".formatted(images, steps));
        }
    }

    /** So many images of a number of steps that the model chooses. */
    public static ExpectedWork images(long count) {
        return new ExpectedWork(count, USUAL_STEPS);
    }

    /** Of a server: images as long as it runs. */
    public static ExpectedWork endless() {
        return images(Long.MAX_VALUE);
    }

    /** With another number of steps. */
    public ExpectedWork withSteps(int count) {
        return new ExpectedWork(images, count);
    }
}
