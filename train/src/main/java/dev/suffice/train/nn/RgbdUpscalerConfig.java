package dev.suffice.train.nn;

/**
 * The shape of an upscaler.
 *
 * @param channels of the pictures
 * @param hiddenChannels of everything in between
 * @param blocks residual blocks
 * @param scale how many times as wide and as high pictures become
 */
public record RgbdUpscalerConfig(int channels, int hiddenChannels, int blocks, int scale) {
    public RgbdUpscalerConfig {
        if (channels < 1 || hiddenChannels < 1 || blocks < 0 || scale < 2) {
            throw new IllegalArgumentException(
                    "upscaler of %d channels, %d hidden, %d blocks, scale %d: must be at least 1, 1, 0, 2"
                            .formatted(channels, hiddenChannels, blocks, scale));
        }
    }

    /** The bundled model's: 140 thousand parameters, four times the size. */
    public static RgbdUpscalerConfig places() {
        return new RgbdUpscalerConfig(4, 40, 4, 4);
    }
}
