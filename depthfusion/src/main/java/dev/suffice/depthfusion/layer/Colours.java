package dev.suffice.depthfusion.layer;

import dev.suffice.image.RgbdImage;
import java.util.BitSet;

/**
 * The picture's colours at its full resolution: the cleaned ones on depth edges, and near the poles of a panorama, where a row has more
 * pixels than the picture can know, the mean of those that share a place.
 */
final class Colours {
    private final RgbdImage image;
    private final DepthGrid grid;
    private final byte[] samples;
    private final BitSet changed;
    private final int[] sums;

    Colours(RgbdImage image, DepthGrid grid, byte[] samples, BitSet changed) {
        this.image = image;
        this.grid = grid;
        this.samples = samples;
        this.changed = changed;
        this.sums = new int[3 * (image.width() + 1)];
    }

    int width() {
        return image.width();
    }

    int height() {
        return image.height();
    }

    /** The sample that a pixel belongs to. */
    int sample(int x, int y) {
        var row = (int) ((long) y * grid.height / image.height());
        return row * grid.width + (int) ((long) x * grid.width / image.width());
    }

    /** Colours of a row of pixels, 3 bytes each. */
    void row(int y, byte[] rgb, int at) {
        for (int x = 0; x < image.width(); x++) {
            var p = sample(x, y);
            if (changed.get(p)) {
                System.arraycopy(samples, 3 * p, rgb, at + 3 * x, 3);
                continue;
            }
            var colour = image.rgb(x, y);
            rgb[at + 3 * x] = (byte) (colour >> 16);
            rgb[at + 3 * x + 1] = (byte) (colour >> 8);
            rgb[at + 3 * x + 2] = (byte) colour;
        }
        if (grid.wraps) {
            smooth(y, rgb, at);
        }
    }

    private void smooth(int y, byte[] rgb, int at) {
        var width = image.width();
        var span = y == 0 || y == image.height() - 1
                ? width
                : (int) Math.min(width, 1 / Math.sin(Math.PI * (y + 0.5) / image.height()));
        if (span < 2) {
            return;
        }
        for (int x = 0; x < width; x++) {
            for (int c = 0; c < 3; c++) {
                sums[3 * (x + 1) + c] = sums[3 * x + c] + (rgb[at + 3 * x + c] & 0xff);
            }
        }
        for (int x = 0; x < width; x++) {
            var from = Math.floorMod(x - span / 2, width);
            var to = from + span;
            for (int c = 0; c < 3; c++) {
                var sum = to <= width
                        ? sums[3 * to + c] - sums[3 * from + c]
                        : sums[3 * width + c] - sums[3 * from + c] + sums[3 * (to - width) + c];
                rgb[at + 3 * x + c] = (byte) ((sum + span / 2) / span);
            }
        }
    }

    /** The colour of a sample's middle, as 0xRRGGBB. */
    int sampleColour(int p) {
        return (samples[3 * p] & 0xff) << 16 | (samples[3 * p + 1] & 0xff) << 8 | (samples[3 * p + 2] & 0xff);
    }
}
