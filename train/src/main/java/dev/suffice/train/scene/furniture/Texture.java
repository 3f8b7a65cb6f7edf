package dev.suffice.train.scene.furniture;

import java.awt.image.BufferedImage;
import java.util.Objects;

/**
 * An image that repeats over the texture plane, decoded once to packed ARGB. Coordinates follow OBJ: {@code (0, 0)} is the lower left
 * corner, larger {@code v} is further up. Immutable and safe for use by many threads.
 */
public final class Texture {
    private static final int LARGEST_SIDE = 512;
    private static final Texture WHITE = new Texture(1, 1, new int[] {0xffffffff});

    private final int width;
    private final int height;
    private final int[] argb;

    private Texture(int width, int height, int[] argb) {
        this.width = width;
        this.height = height;
        this.argb = argb;
    }

    /** The texture that changes nothing: one opaque white texel. */
    public static Texture white() {
        return WHITE;
    }

    /**
     * Copies an image, halving it until neither side is longer than 512 texels: a picture of 128 pixels shows no more.
     *
     * @param image any image type
     */
    public static Texture of(BufferedImage image) {
        Objects.requireNonNull(image, "image");
        int step = 1;
        while (Math.max(image.getWidth(), image.getHeight()) / step > LARGEST_SIDE) {
            step *= 2;
        }
        int width = Math.max(1, image.getWidth() / step);
        int height = Math.max(1, image.getHeight() / step);
        var argb = new int[width * height];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                argb[y * width + x] = average(image, x * step, y * step, step);
            }
        }
        return new Texture(width, height, argb);
    }

    private static int average(BufferedImage image, int x0, int y0, int step) {
        int a = 0;
        int r = 0;
        int g = 0;
        int b = 0;
        int n = 0;
        for (int y = y0; y < Math.min(y0 + step, image.getHeight()); y++) {
            for (int x = x0; x < Math.min(x0 + step, image.getWidth()); x++) {
                int c = image.getRGB(x, y);
                int alpha = c >>> 24;
                a += alpha;
                r += ((c >> 16) & 255) * alpha;
                g += ((c >> 8) & 255) * alpha;
                b += (c & 255) * alpha;
                n++;
            }
        }
        if (a == 0) {
            return 0;
        }
        return (a / n) << 24 | (r / a) << 16 | (g / a) << 8 | (b / a);
    }

    /**
     * The nearest texel.
     *
     * @param u texture coordinate to the right, repeats with period 1
     * @param v texture coordinate upwards, repeats with period 1
     * @return packed ARGB, sRGB-encoded
     */
    public int argb(float u, float v) {
        float fu = u - (float) Math.floor(u);
        float fv = v - (float) Math.floor(v);
        int x = Math.min(width - 1, (int) (fu * width));
        int y = Math.min(height - 1, (int) ((1 - fv) * height));
        return argb[y * width + x];
    }

    /** Texels per row. */
    public int width() {
        return width;
    }

    /** Rows of texels. */
    public int height() {
        return height;
    }

    /** Whether some texel is more transparent than opaque: leaves and lace cut out of a picture. */
    public boolean hasCutouts() {
        for (int c : argb) {
            if ((c >>> 24) < 128) {
                return true;
            }
        }
        return false;
    }
}
