package dev.suffice.train.eval;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/**
 * A picture at the size that the judges see, so that renderings and generated pictures of any size are compared alike.
 *
 * @param rgb red, green and blue planes of {@link #SIDE} x {@link #SIDE} bytes, 0..255
 * @param nearness {@link #GRID} x {@link #GRID} values, larger = nearer; only their order matters for generated pictures
 */
@SuppressWarnings("ArrayRecordComponent") // large, and never compared
record Thumbnail(byte[] rgb, float[] nearness) {
    /** Width and height of the colours. */
    static final int SIDE = 64;

    /** Width and height of the depth map. */
    static final int GRID = 32;

    /** The number of colour values. */
    static final int VALUES = 3 * SIDE * SIDE;

    /** A value at each position of a picture. */
    @FunctionalInterface
    interface Plane {
        /** The value at column x, row y. */
        double at(int x, int y);
    }

    /** Shrinks three colour planes (0..255) and a depth map, all of the same size, by averaging areas. */
    static Thumbnail of(int width, int height, Plane red, Plane green, Plane blue, Plane nearness) {
        byte[] rgb = new byte[VALUES];
        Plane[] colours = {red, green, blue};
        for (int c = 0; c < 3; c++) {
            float[] plane = shrink(width, height, colours[c], SIDE);
            for (int i = 0; i < plane.length; i++) {
                rgb[c * plane.length + i] = (byte) Math.round(plane[i]);
            }
        }
        return new Thumbnail(rgb, shrink(width, height, nearness, GRID));
    }

    /**
     * Reads {@code NAME.png} and {@code NAME-depth.png}.
     *
     * @throws IOException if either is missing or is no PNG, or their sizes differ
     */
    static Thumbnail read(Path picture, Path depth) throws IOException {
        BufferedImage colours = png(picture);
        BufferedImage grey = png(depth);
        int width = colours.getWidth();
        int height = colours.getHeight();
        if (grey.getWidth() != width || grey.getHeight() != height) {
            throw new IOException(depth + ": " + grey.getWidth() + "x" + grey.getHeight() + " pixels, but " + picture
                    + " has " + width + "x" + height);
        }
        var raster = grey.getRaster();
        return of(
                width,
                height,
                (x, y) -> colours.getRGB(x, y) >> 16 & 0xff,
                (x, y) -> colours.getRGB(x, y) >> 8 & 0xff,
                (x, y) -> colours.getRGB(x, y) & 0xff,
                (x, y) -> raster.getSample(x, y, 0));
    }

    private static BufferedImage png(Path file) throws IOException {
        BufferedImage image = ImageIO.read(file.toFile());
        if (image == null) {
            throw new IOException(file + ": not a picture that can be read; expected a PNG");
        }
        return image;
    }

    /** Averages over equal areas; pixels on a border count by the part that lies within. */
    static float[] shrink(int width, int height, Plane plane, int side) {
        float[] out = new float[side * side];
        for (int row = 0; row < side; row++) {
            double top = (double) row * height / side;
            double bottom = (double) (row + 1) * height / side;
            for (int column = 0; column < side; column++) {
                double left = (double) column * width / side;
                double right = (double) (column + 1) * width / side;
                double sum = 0;
                double area = 0;
                for (int y = (int) top; y < Math.ceil(bottom); y++) {
                    double tall = Math.min(bottom, y + 1) - Math.max(top, y);
                    for (int x = (int) left; x < Math.ceil(right); x++) {
                        double part = tall * (Math.min(right, x + 1) - Math.max(left, x));
                        sum += part * plane.at(x, y);
                        area += part;
                    }
                }
                out[row * side + column] = (float) (sum / area);
            }
        }
        return out;
    }
}
