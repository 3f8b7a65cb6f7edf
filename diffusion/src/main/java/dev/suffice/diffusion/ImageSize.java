package dev.suffice.diffusion;

import dev.suffice.core.InvalidRequestException;
import java.util.regex.Pattern;

/**
 * Width and height in pixels.
 *
 * @param width 1 to 8192
 * @param height 1 to 8192
 */
public record ImageSize(int width, int height) {
    private static final int MAX = 8192;
    private static final Pattern TEXT = Pattern.compile("(\\d{1,5})[xX](\\d{1,5})");

    /** Checks the range. */
    public ImageSize {
        if (width < 1 || height < 1 || width > MAX || height > MAX) {
            throw new InvalidRequestException(
                    "size %dx%d: width and height must be between 1 and %d".formatted(width, height, MAX));
        }
    }

    /**
     * Reads {@code WIDTHxHEIGHT}, e.g. {@code 512x512}.
     *
     * @throws InvalidRequestException if it is not of that form or out of range
     */
    public static ImageSize parse(String text) {
        var match = TEXT.matcher(text.strip());
        if (!match.matches()) {
            throw new InvalidRequestException("size %s: must be WIDTHxHEIGHT, e.g. 512x512".formatted(text));
        }
        return new ImageSize(Integer.parseInt(match.group(1)), Integer.parseInt(match.group(2)));
    }

    /**
     * So many times as wide and as high.
     *
     * @throws InvalidRequestException if that is out of range
     */
    public ImageSize times(int factor) {
        return new ImageSize(factor * width, factor * height);
    }

    @Override
    public String toString() {
        return width + "x" + height;
    }
}
