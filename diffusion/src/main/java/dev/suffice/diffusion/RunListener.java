package dev.suffice.diffusion;

import dev.suffice.image.RgbdImage;
import java.util.List;
import java.util.function.Supplier;

/** Hears of a run while it goes on. Called from the running thread: return quickly. */
public interface RunListener {
    /**
     * A stage begins.
     *
     * @param stage e.g. {@code load}, {@code text encoder}, {@code denoise}, {@code decode}
     */
    default void stage(String stage) {}

    /**
     * A denoising step is finished.
     *
     * @param step finished steps, 1 to {@code steps}
     * @param steps all steps of the run
     * @param previews decodes what the images would be if the run stopped here; costs a pass of the decoder per image,
     *     only when called, and only until this method returns
     */
    default void step(int step, int steps, Supplier<List<RgbdImage>> previews) {}

    /** Something the user should know, e.g. that the prompt was too long and was cut. */
    default void warning(String message) {}

    /** A listener that hears nothing. */
    static RunListener silent() {
        return new RunListener() {};
    }
}
