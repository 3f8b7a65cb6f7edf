package dev.suffice.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.suffice.image.DepthScale;
import dev.suffice.image.RgbdImage;
import org.junit.jupiter.api.Test;

class ContinuityTest {
    private static final int WIDTH = 64;
    private static final int HEIGHT = 32;

    private interface Grey {
        double at(double longitude, double latitude);
    }

    private static RgbdImage panorama(Grey grey) {
        var rgb = new byte[3 * WIDTH * HEIGHT];
        var depth = new short[WIDTH * HEIGHT];
        for (int i = 0; i < depth.length; i++) {
            int row = i / WIDTH;
            var value = grey.at(2 * Math.PI * (i % WIDTH) / WIDTH, Math.PI * (0.5 - (row + 0.5) / HEIGHT));
            for (int c = 0; c < 3; c++) {
                rgb[3 * i + c] = (byte) Math.round(255 * value);
            }
            depth[i] = (short) Math.round(DepthScale.MAX * value);
        }
        return new RgbdImage(WIDTH, HEIGHT, rgb, depth, new DepthScale.Relative());
    }

    @Test
    void aFunctionOnTheSphereCloses() {
        var continuity = Continuity.of(
                panorama((longitude, latitude) -> 0.5 + 0.4 * Math.cos(latitude) * Math.sin(longitude)), 1);
        assertThat(continuity.depthSeam()).isBetween(1.0, 1.7); // the sine is steepest there
        assertThat(continuity.colourSeam()).isEqualTo(continuity.depthSeam(), within(0.2)); // eight bits
        assertThat(continuity.depthPoles()).isEqualTo(Math.sin(Math.PI / 64), within(0.005));
    }

    @Test
    void aPictureThatDoesNotShowsItsSeamAndItsPoles() {
        var continuity = Continuity.of(panorama((longitude, latitude) -> longitude / (2 * Math.PI)), 1);
        assertThat(continuity.depthSeam()).isEqualTo(WIDTH - 1.0, within(1e-2));
        assertThat(continuity.colourPoles()).isEqualTo(1, within(1e-9));
    }

    @Test
    void theSeamIsComparedWithTheOtherBordersOfCells() {
        // steps of 0.1 between cells of eight pixels, there and back, and none within
        var cells = panorama((longitude, latitude) -> {
            var cell = (int) Math.round(longitude / (2 * Math.PI) * WIDTH) / 8;
            return 0.1 * Math.min(cell, 8 - cell);
        });
        assertThat(Continuity.of(cells, 8).depthSeam()).isEqualTo(1, within(1e-3));
        assertThat(Continuity.of(cells, 1).depthSeam()).isEqualTo(63.0 / 7, within(1e-2));
    }

    @Test
    void aPictureWithoutContrastHasNoPoles() {
        var continuity = Continuity.of(panorama((longitude, latitude) -> 0.5), 1);
        assertThat(continuity.colourPoles()).isZero();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Continuity.of(panorama((longitude, latitude) -> 0.5), 64))
                .withMessage("cells of 64 pixels in a picture of 64: must be 1 to 63");
    }
}
