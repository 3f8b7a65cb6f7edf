package dev.suffice.image;

import java.util.Objects;

/** An 8-bit RGB image and its 16-bit depth map. Immutable; larger depth = nearer. */
public final class RgbdImage {
    private final int width;
    private final int height;
    private final byte[] rgb;
    private final short[] depth;
    private final DepthScale depthScale;

    /**
     * Takes over the arrays: do not change them afterwards.
     *
     * @param rgb 3 bytes a pixel, row by row, {@code 3 * width * height}
     * @param depth unsigned 16 bits a pixel, row by row, {@code width * height}
     * @throws IllegalArgumentException if a length does not fit
     */
    public RgbdImage(int width, int height, byte[] rgb, short[] depth, DepthScale depthScale) {
        Objects.checkIndex(0, width);
        Objects.checkIndex(0, height);
        var pixels = Math.multiplyExact(width, height);
        if (rgb.length != Math.multiplyExact(3, pixels) || depth.length != pixels) {
            throw new IllegalArgumentException("%d RGB bytes and %d depths for %dx%d: expected %d and %d"
                    .formatted(rgb.length, depth.length, width, height, 3 * pixels, pixels));
        }
        this.width = width;
        this.height = height;
        this.rgb = rgb;
        this.depth = depth;
        this.depthScale = depthScale;
    }

    /** Pixels in a row. */
    public int width() {
        return width;
    }

    /** Rows. */
    public int height() {
        return height;
    }

    /** What the depth values mean. */
    public DepthScale depthScale() {
        return depthScale;
    }

    /** Colour at column x, row y, as 0xRRGGBB. */
    public int rgb(int x, int y) {
        var at = 3 * index(x, y);
        return (rgb[at] & 0xff) << 16 | (rgb[at + 1] & 0xff) << 8 | (rgb[at + 2] & 0xff);
    }

    /** Depth at column x, row y: 0 (farthest) to 65535 (nearest). */
    public int depth(int x, int y) {
        return Short.toUnsignedInt(depth[index(x, y)]);
    }

    private int index(int x, int y) {
        return Objects.checkIndex(y, height) * width + Objects.checkIndex(x, width);
    }

    /**
     * The image at another size: each pixel the mean of what it covers when smaller, bilinear when larger; depth keeps its
     * 16 bits.
     */
    public RgbdImage resized(int newWidth, int newHeight) {
        if (newWidth == width && newHeight == height) {
            return this;
        }
        var columns = Resampling.between(width, newWidth);
        var rows = Resampling.between(height, newHeight);
        var newRgb = new byte[3 * newWidth * newHeight];
        var newDepth = new short[newWidth * newHeight];
        for (int c = 0; c < 4; c++) {
            int channel = c;
            var plane = new float[width * height];
            for (int i = 0; i < plane.length; i++) {
                plane[i] = channel < 3 ? rgb[3 * i + channel] & 0xff : Short.toUnsignedInt(depth[i]);
            }
            var scaled = rows.vertically(columns.horizontally(plane, width, height), newWidth);
            for (int i = 0; i < scaled.length; i++) {
                if (channel < 3) {
                    newRgb[3 * i + channel] = (byte) Math.round(scaled[i]);
                } else {
                    newDepth[i] = (short) Math.round(scaled[i]);
                }
            }
        }
        return new RgbdImage(newWidth, newHeight, newRgb, newDepth, depthScale);
    }
}
