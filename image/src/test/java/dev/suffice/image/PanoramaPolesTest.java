package dev.suffice.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PanoramaPolesTest {
    private static final int WIDTH = 64;
    private static final int HEIGHT = 32;

    private static RgbdImage noise() {
        var random = new SplittableRandom(1);
        var rgb = new byte[3 * WIDTH * HEIGHT];
        var depth = new short[WIDTH * HEIGHT];
        random.nextBytes(rgb);
        for (int i = 0; i < depth.length; i++) {
            depth[i] = (short) random.nextInt(DepthScale.MAX + 1);
        }
        return new RgbdImage(WIDTH, HEIGHT, rgb, depth, new DepthScale.Relative());
    }

    /** The weights of the definition, written out. */
    private static double expected(RgbdImage image, int x, int y, boolean depth) {
        double span = Math.clamp(1 / Math.cos(Math.PI * (0.5 - (y + 0.5) / HEIGHT)) - 1, 1, WIDTH);
        double sum = 0;
        double weights = 0;
        for (int o = -WIDTH / 2; o < WIDTH / 2; o++) {
            double weight = Math.clamp((span - 1) / 2 - Math.abs(o) + 1, 0, 1);
            var column = Math.floorMod(x + o, WIDTH);
            sum += weight * (depth ? image.depth(column, y) : image.rgb(column, y) & 0xff);
            weights += weight;
        }
        return sum / weights;
    }

    @Test
    void averagesAlongTheCircleAsFarAsAPixelOfTheEquatorSpans() {
        var image = noise();
        var smooth = PanoramaPoles.smooth(image);
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                assertThat((double) smooth.depth(x, y)).isEqualTo(expected(image, x, y, true), within(0.51));
                assertThat((double) (smooth.rgb(x, y) & 0xff)).isEqualTo(expected(image, x, y, false), within(0.51));
            }
        }
    }

    @Test
    void leavesLatitudesBelowSixtyDegreesAsTheyAre() {
        var image = noise();
        var smooth = PanoramaPoles.smooth(image);
        for (int y = HEIGHT / 6 + 1; y < HEIGHT - HEIGHT / 6 - 1; y++) {
            for (int x = 0; x < WIDTH; x++) {
                assertThat(smooth.rgb(x, y)).isEqualTo(image.rgb(x, y));
                assertThat(smooth.depth(x, y)).isEqualTo(image.depth(x, y));
            }
        }
        assertThat(smooth.rgb(5, 0)).isNotEqualTo(image.rgb(5, 0));
    }
}
