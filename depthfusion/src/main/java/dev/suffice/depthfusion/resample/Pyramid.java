package dev.suffice.depthfusion.resample;

import dev.suffice.depthfusion.Scene;
import java.util.ArrayList;
import java.util.List;

/** A picture's colours and inverse depths at ever lower resolution, to look up any blur of them. */
final class Pyramid {
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Level(int width, int height, float[] values) {}

    private final List<Level> levels = new ArrayList<>();

    Pyramid(Scene scene) {
        int width = scene.image().width();
        int height = scene.image().height();
        var values = new float[4 * width * height];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                var at = 4 * (y * width + x);
                var colour = scene.image().rgb(x, y);
                values[at] = colour >> 16 & 0xff;
                values[at + 1] = colour >> 8 & 0xff;
                values[at + 2] = colour & 0xff;
                values[at + 3] = (float) scene.inverseDepth(x, y);
            }
        }
        levels.add(new Level(width, height, values));
        while (width > 1 || height > 1) {
            levels.add(halved(levels.getLast()));
            width = levels.getLast().width;
            height = levels.getLast().height;
        }
    }

    private static Level halved(Level fine) {
        int width = (fine.width + 1) / 2;
        int height = (fine.height + 1) / 2;
        var values = new float[4 * width * height];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                for (int k = 0; k < 4; k++) {
                    var fx = Math.min(fine.width - 1, 2 * x + k % 2);
                    var fy = Math.min(fine.height - 1, 2 * y + k / 2);
                    for (int c = 0; c < 4; c++) {
                        values[4 * (y * width + x) + c] += fine.values[4 * (fy * fine.width + fx) + c] / 4;
                    }
                }
            }
        }
        return new Level(width, height, values);
    }

    /**
     * Adds a blurred sample.
     *
     * @param blur width of what is averaged, in pixels of the picture; 1 and below: sharp
     * @param weight factor
     * @param sum receives red, green, blue and one over depth
     */
    void add(double u, double v, double blur, double weight, double[] sum) {
        var level = Math.clamp(Math.log(Math.max(1, blur)) / Math.log(2), 0, levels.size() - 1.0);
        var fine = (int) level;
        var share = level - fine;
        bilinear(levels.get(fine), u, v, weight * (1 - share), sum);
        if (share > 0) {
            bilinear(levels.get(fine + 1), u, v, weight * share, sum);
        }
    }

    private static void bilinear(Level level, double u, double v, double weight, double[] sum) {
        var x = u * level.width - 0.5;
        var y = v * level.height - 0.5;
        var left = (int) Math.floor(x);
        var top = (int) Math.floor(y);
        for (int k = 0; k < 4; k++) {
            var column = Math.clamp(left + k % 2, 0, level.width - 1);
            var row = Math.clamp(top + k / 2, 0, level.height - 1);
            var w = weight * (k % 2 == 0 ? 1 - (x - left) : x - left) * (k / 2 == 0 ? 1 - (y - top) : y - top);
            for (int c = 0; c < 4; c++) {
                sum[c] += w * level.values[4 * (row * level.width + column) + c];
            }
        }
    }
}
