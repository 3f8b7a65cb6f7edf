package dev.suffice.depthfusion;

/**
 * Colours of a layer.
 *
 * @param width pixels in a row
 * @param height rows
 * @param rgb 3 bytes a pixel, row by row; not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Texture(int width, int height, byte[] rgb) {
    /** Checks the length. */
    public Texture {
        if (rgb.length != 3L * width * height) {
            throw new IllegalArgumentException(
                    "%d bytes for %dx%d pixels: expected %d".formatted(rgb.length, width, height, 3L * width * height));
        }
    }
}
