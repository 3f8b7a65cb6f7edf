package dev.suffice.diffusion.engines;

import java.util.Locale;

/**
 * What an engine takes for a model's images of its usual size, in seconds, measured on this machine.
 *
 * @param engine name
 * @param version of its library
 * @param open from nothing until the model is ready for its second image; what each process pays once
 * @param image what an image takes besides its steps: encoding, decoding
 * @param step a step of the sampler with guidance
 */
public record EngineTimes(String engine, String version, double open, double image, double step) {
    /**
     * All in all, for one process.
     *
     * @param images at least 1; {@link Long#MAX_VALUE} for a process that stays
     * @param steps of each
     * @return seconds for each image
     */
    double perImage(long images, int steps) {
        return open / images + image + steps * step;
    }

    /** For people, e.g. {@code onnxruntime 1.29.0: 0.6 s to open, 31 ms a step}. */
    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%s %s: %.1f s to open, %.3g ms a step", engine, version, open, 1000 * step);
    }
}
