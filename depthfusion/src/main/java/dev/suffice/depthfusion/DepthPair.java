package dev.suffice.depthfusion;

import dev.suffice.core.InvalidRequestException;
import dev.suffice.image.DepthScale;
import dev.suffice.image.RgbdImage;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/** Pictures and depth maps as other tools write them. */
final class DepthPair {
    private static final long MAX_PIXELS = 64L * 1024 * 1024;

    private DepthPair() {}

    static RgbdImage read(Path picture, Path depth, DepthLayout layout, DepthDirection direction) {
        var colours = decoded(picture);
        return switch (layout) {
            case SEPARATE -> pair(picture, colours, depth, decoded(depth), direction);
            case SIDE_BY_SIDE -> {
                var half = half(picture, layout, colours.getWidth());
                yield pair(
                        picture,
                        colours.getSubimage(0, 0, half, colours.getHeight()),
                        picture,
                        colours.getSubimage(half, 0, half, colours.getHeight()),
                        direction);
            }
            case TOP_BOTTOM -> {
                var half = half(picture, layout, colours.getHeight());
                yield pair(
                        picture,
                        colours.getSubimage(0, 0, colours.getWidth(), half),
                        picture,
                        colours.getSubimage(0, half, colours.getWidth(), half),
                        direction);
            }
        };
    }

    /** A picture and the map that was found in it. */
    static RgbdImage read(Path picture, BufferedImage depths, DepthDirection direction) {
        return pair(picture, decoded(picture), picture, depths, direction);
    }

    private static int half(Path picture, DepthLayout layout, int length) {
        if (length < 2 || length % 2 != 0) {
            throw new InvalidRequestException(
                    "image %s: %d pixels do not divide into two halves, as the layout %s needs"
                            .formatted(picture, length, layout));
        }
        return length / 2;
    }

    private static RgbdImage pair(
            Path picture, BufferedImage colours, Path depth, BufferedImage depths, DepthDirection direction) {
        int width = colours.getWidth();
        int height = colours.getHeight();
        // shapes may differ by rounding, no more
        if (Math.abs((double) depths.getWidth() * height - (double) depths.getHeight() * width)
                > Math.max(width, depths.getWidth()) + Math.max(height, depths.getHeight())) {
            throw new InvalidRequestException("depth map %s is %dx%d: must have the shape of the image %s, %dx%d"
                    .formatted(depth, depths.getWidth(), depths.getHeight(), picture, width, height));
        }
        return new RgbdImage(
                width, height, rgb(colours), resized(depths, direction, width, height), new DepthScale.Relative());
    }

    private static short[] resized(BufferedImage depths, DepthDirection direction, int width, int height) {
        var values = values(depths, direction);
        if (depths.getWidth() == width && depths.getHeight() == height) {
            return values;
        }
        var scaled = new RgbdImage(
                        depths.getWidth(),
                        depths.getHeight(),
                        new byte[3 * values.length],
                        values,
                        new DepthScale.Relative())
                .resized(width, height);
        var result = new short[width * height];
        for (int i = 0; i < result.length; i++) {
            result[i] = (short) scaled.depth(i % width, i / width);
        }
        return result;
    }

    private static BufferedImage decoded(Path file) {
        try (var stream = Files.newInputStream(file)) {
            return decoded(stream, file.toString());
        } catch (NoSuchFileException e) {
            throw new InvalidRequestException("image %s: no such file".formatted(file));
        } catch (IOException e) {
            throw new InvalidRequestException("image %s: cannot be read: %s".formatted(file, e.getMessage()));
        }
    }

    /** @param name for messages */
    static BufferedImage decoded(InputStream bytes, String name) {
        try (var stream = ImageIO.createImageInputStream(bytes)) {
            var readers = ImageIO.getImageReaders(stream);
            if (!readers.hasNext()) {
                throw new InvalidRequestException(
                        "image %s: not a picture that can be read; use PNG or JPEG".formatted(name));
            }
            var reader = readers.next();
            try {
                reader.setInput(stream);
                if ((long) reader.getWidth(0) * reader.getHeight(0) > MAX_PIXELS) {
                    throw new InvalidRequestException("image %s is %dx%d: must have at most %d pixels"
                            .formatted(name, reader.getWidth(0), reader.getHeight(0), MAX_PIXELS));
                }
                return reader.read(0);
            } finally {
                reader.dispose();
            }
        } catch (IOException | IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new InvalidRequestException("image %s: cannot be read: %s".formatted(name, e.getMessage()));
        }
    }

    private static byte[] rgb(BufferedImage picture) {
        int width = picture.getWidth();
        var bytes = new byte[3 * width * picture.getHeight()];
        for (int y = 0; y < picture.getHeight(); y++) {
            for (int x = 0; x < width; x++) {
                var colour = picture.getRGB(x, y);
                var at = 3 * (y * width + x);
                bytes[at] = (byte) (colour >> 16);
                bytes[at + 1] = (byte) (colour >> 8);
                bytes[at + 2] = (byte) colour;
            }
        }
        return bytes;
    }

    /** The first band, or the red of a palette, at 16 bits with larger = nearer. */
    private static short[] values(BufferedImage picture, DepthDirection direction) {
        int width = picture.getWidth();
        var raster = picture.getRaster();
        var palette = picture.getColorModel() instanceof IndexColorModel;
        var wide = !palette
                && raster.getTransferType() == DataBuffer.TYPE_USHORT
                && raster.getSampleModel().getSampleSize(0) == 16;
        var values = new short[width * picture.getHeight()];
        for (int y = 0; y < picture.getHeight(); y++) {
            for (int x = 0; x < width; x++) {
                var value = wide
                        ? raster.getSample(x, y, 0)
                        : 257 * (palette ? picture.getRGB(x, y) >> 16 & 0xff : raster.getSample(x, y, 0) & 0xff);
                values[y * width + x] = (short) (direction == DepthDirection.NEARER ? value : DepthScale.MAX - value);
            }
        }
        return values;
    }
}
