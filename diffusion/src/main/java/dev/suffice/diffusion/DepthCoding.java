package dev.suffice.diffusion;

import dev.suffice.core.InvalidRequestException;
import dev.suffice.image.DepthScale;
import dev.suffice.image.RgbdImage;

/**
 * How an LDM3D autoencoder carries depth in its image channels, values in [-1, 1]. Both codings follow diffusers'
 * {@code VaeImageProcessorLDM3D}, except that 16 bits stay 16 bits.
 */
public enum DepthCoding {
    /** RGB and depth as three bytes: ignored, high, low ("LDM3D"). */
    THREE_BYTES(6),
    /** RGB and one depth channel ("LDM3D-4c"). */
    ONE_CHANNEL(4);

    private final int channels;

    DepthCoding(int channels) {
        this.channels = channels;
    }

    /** Image channels of the autoencoder. */
    public int channels() {
        return channels;
    }

    /**
     * The coding of an autoencoder with that many image channels.
     *
     * @throws InvalidRequestException if there is none
     */
    public static DepthCoding ofChannels(int channels) {
        for (var coding : values()) {
            if (coding.channels == channels) {
                return coding;
            }
        }
        throw new InvalidRequestException(
                "autoencoder with %d image channels: an LDM3D model has 4 (RGB and depth) or 6 (RGB and depth as three bytes)"
                        .formatted(channels));
    }

    /**
     * The picture that decoded channels show.
     *
     * @param decoded [channels, height, width], nominally in [-1, 1]; values outside are clamped
     * @param offset where the image starts in the array
     */
    public RgbdImage toImage(float[] decoded, int offset, int width, int height, DepthScale scale) {
        var pixels = width * height;
        var rgb = new byte[3 * pixels];
        var depth = new short[pixels];
        for (int i = 0; i < pixels; i++) {
            for (int c = 0; c < 3; c++) {
                rgb[3 * i + c] = (byte) toByte(decoded[offset + c * pixels + i]);
            }
            depth[i] = (short)
                    switch (this) {
                        case THREE_BYTES ->
                            toByte(decoded[offset + 4 * pixels + i]) << 8 | toByte(decoded[offset + 5 * pixels + i]);
                        case ONE_CHANNEL -> (int) (DepthScale.MAX * unit(decoded[offset + 3 * pixels + i]));
                    };
        }
        return new RgbdImage(width, height, rgb, depth, scale);
    }

    /**
     * The channels that the autoencoder encodes.
     *
     * @param channels receives [channels, height, width] in [-1, 1]
     * @param offset where to start in the array
     */
    public void toChannels(RgbdImage image, float[] channels, int offset) {
        var pixels = image.width() * image.height();
        for (int y = 0, i = offset; y < image.height(); y++) {
            for (int x = 0; x < image.width(); x++, i++) {
                var rgb = image.rgb(x, y);
                var depth = image.depth(x, y);
                channels[i] = symmetric(rgb >> 16, 255);
                channels[i + pixels] = symmetric(rgb >> 8 & 0xff, 255);
                channels[i + 2 * pixels] = symmetric(rgb & 0xff, 255);
                switch (this) {
                    case THREE_BYTES -> {
                        channels[i + 3 * pixels] = symmetric(0, 255);
                        channels[i + 4 * pixels] = symmetric(depth >> 8, 255);
                        channels[i + 5 * pixels] = symmetric(depth & 0xff, 255);
                    }
                    case ONE_CHANNEL -> channels[i + 3 * pixels] = symmetric(depth, DepthScale.MAX);
                }
            }
        }
    }

    private static float unit(float value) {
        return Math.clamp(value / 2 + 0.5f, 0f, 1f);
    }

    private static int toByte(float value) {
        return (int) Math.rint(255 * unit(value)); // ties to even, as NumPy rounds
    }

    private static float symmetric(int value, int max) {
        return 2f * value / max - 1;
    }
}
