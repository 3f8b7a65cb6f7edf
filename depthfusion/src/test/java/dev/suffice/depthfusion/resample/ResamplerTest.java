package dev.suffice.depthfusion.resample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.suffice.depthfusion.LayeredScene;
import dev.suffice.depthfusion.Projection;
import dev.suffice.depthfusion.Scene;
import dev.suffice.depthfusion.TestScenes;
import dev.suffice.depthfusion.render.Rasteriser;
import dev.suffice.depthfusion.render.Viewpoint;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ResamplerTest {
    @Test
    void aPanoramaSeenThroughAPinholeIsThePinholePicture() {
        var pinhole = TestScenes.perspective(60, 40, 50);
        var seen = new Resampler(TestScenes.panorama(1024)).perspective(60, 40, 50);
        assertThat(seen.projection()).isEqualTo(pinhole.projection());
        assertThat(alike(seen, pinhole, 3, 0.01)).isGreaterThan(0.97); // all but the box's outline
    }

    @Test
    void thereAndBackKeepsColoursAndDepths() {
        var pinhole = TestScenes.perspective(120, 120, 60);
        var back = new Resampler(new Resampler(pinhole).panorama(1440)).perspective(120, 120, 60);
        assertThat(alike(back, pinhole, 4, 0.01)).isGreaterThan(0.96);
    }

    @ParameterizedTest
    @EnumSource(CubeFace.class)
    void everyFaceHasTheRoomsDepths(CubeFace face) {
        var scene = new Resampler(TestScenes.panorama(512)).face(face, 65);
        assertThat(scene.projection()).isEqualTo(new Projection.Perspective(90, 1));
        // depth along the axis of a face is constant on the wall that it looks at
        var wall = switch (face) {
            case RIGHT, LEFT -> 3.0;
            case UP, DOWN -> 1.5;
            case BACK -> 4.0;
            case FRONT -> 1.4; // the box
        };
        assertThat(1 / scene.inverseDepth(32, 32)).isCloseTo(wall, within(0.01));
        assertThat(1 / scene.inverseDepth(30, 35)).isCloseTo(wall, within(0.02));
    }

    @Test
    void neighbouringFacesMeet() {
        var resampler = new Resampler(TestScenes.panorama(512));
        var front = resampler.face(CubeFace.FRONT, 64).image();
        var right = resampler.face(CubeFace.RIGHT, 64).image();
        var left = resampler.face(CubeFace.LEFT, 64).image();
        var up = resampler.face(CubeFace.UP, 64).image();
        var down = resampler.face(CubeFace.DOWN, 64).image();
        for (int i = 0; i < 64; i++) {
            near(front.rgb(63, i), right.rgb(0, i));
            near(front.rgb(0, i), left.rgb(63, i));
            near(front.rgb(i, 0), up.rgb(i, 63));
            near(front.rgb(i, 63), down.rgb(i, 0));
        }
    }

    @Test
    void aSurroundHasThePictureInFrontAndNoHolesAnywhere() {
        var pinhole = TestScenes.perspective(96, 64, 50);
        var around = Surround.of(pinhole);
        assertThat(around.projection()).isEqualTo(new Projection.Equirectangular());
        var seen = new Resampler(around).perspective(96, 64, 50);
        assertThat(alike(seen, pinhole, 6, 0.02)).isGreaterThan(0.9);
        var layered = LayeredScene.of(around);
        var rasteriser = new Rasteriser(64, 64);
        for (int yaw = 0; yaw < 360; yaw += 60) {
            for (int pitch = -90; pitch <= 90; pitch += 45) {
                assertThat(rasteriser
                                .draw(layered, Viewpoint.ahead(70).turned(yaw, pitch))
                                .holes())
                        .isZero();
            }
        }
        // both ways around meet at the back
        var image = around.image();
        for (int y = 0; y < image.height(); y++) {
            near(image.rgb(0, y), image.rgb(image.width() - 1, y));
        }
    }

    @Test
    void panoramasSurroundAlready() {
        var panorama = TestScenes.panorama(16);
        assertThat(Surround.of(panorama)).isSameAs(panorama);
    }

    @Test
    void sizesAreChecked() {
        var resampler = new Resampler(TestScenes.panorama(16));
        assertThatThrownBy(() -> resampler.panorama(1_000_000))
                .hasMessage("picture of 2000000x1000000 pixels: sides must be between 2 and 16384");
        assertThatThrownBy(() -> resampler.face(CubeFace.UP, 1))
                .hasMessage("picture of 1x1 pixels: sides must be between 2 and 16384");
    }

    /** Share of pixels whose colours differ by at most a step and whose depths by at most a factor. */
    private static double alike(Scene a, Scene b, int step, double factor) {
        int count = 0;
        for (int y = 0; y < a.image().height(); y++) {
            for (int x = 0; x < a.image().width(); x++) {
                var difference = 0;
                for (int shift = 0; shift <= 16; shift += 8) {
                    difference = Math.max(
                            difference,
                            Math.abs((a.image().rgb(x, y) >> shift & 0xff)
                                    - (b.image().rgb(x, y) >> shift & 0xff)));
                }
                var depth = Math.abs(a.inverseDepth(x, y) / b.inverseDepth(x, y) - 1);
                count += difference <= step && depth <= factor ? 1 : 0;
            }
        }
        return (double) count / (a.image().width() * a.image().height());
    }

    private static void near(int a, int b) {
        for (int shift = 0; shift <= 16; shift += 8) {
            assertThat(Math.abs((a >> shift & 0xff) - (b >> shift & 0xff))).isLessThanOrEqualTo(12);
        }
    }
}
