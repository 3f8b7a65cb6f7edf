package dev.suffice.depthfusion.viewer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.microsoft.playwright.Browser;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What the depths do: parallax, strength, measuring, the views of them. */
@ExtendWith(Chromium.class)
class DepthTest {
    @TempDir
    Path folder;

    @Test
    void theSliderMovesNearThingsMoreThanFarOnes(Browser browser) throws IOException {
        try (var viewer = OpenViewer.of(browser, Landmarks.panorama(), folder)) {
            viewer.restore("{eye: [0.4, 0, 0]}");
            var shot = viewer.shot();
            double near = shot.find(Landmarks.MAGENTA).x();
            double far = shot.find(Landmarks.RED).x();
            viewer.page().fill("#strength", "0.4");
            var flat = viewer.shot();
            assertThat(viewer.view("strength")).isEqualTo(0.4);
            double movedNear = Math.abs(flat.find(Landmarks.MAGENTA).x() - near);
            double movedFar = Math.abs(flat.find(Landmarks.RED).x() - far);
            assertThat(movedNear).as("pixels that the plate at 2 m moved").isGreaterThan(15);
            assertThat(movedFar).as("pixels that the disc at 10 m moved").isLessThan(2);
            viewer.page().fill("#strength", "0");
            assertThat(viewer.shot().find(Landmarks.MAGENTA).x())
                    .as("on one sphere of 10 m the plate is where its direction says")
                    .isCloseTo(column(viewer, Landmarks.PLATE_YAW, 10, 0.4), within(2.0));
        }
    }

    @Test
    void measuresTheKnownDistance(Browser browser) throws IOException {
        try (var viewer = OpenViewer.of(browser, Landmarks.panorama(), folder)) {
            var page = viewer.page();
            page.keyboard().press("m");
            page.mouse().click(column(viewer, Landmarks.RED_YAW, 10, 0), 200);
            viewer.hears("First point set");
            page.mouse().click(column(viewer, Landmarks.GREEN_YAW, 10, 0), 200);
            double chord = 2 * Landmarks.FAR * Math.sin(Math.toRadians(Landmarks.GREEN_YAW - Landmarks.RED_YAW) / 2);
            assertThat(viewer.number("suffice.distance()")).isCloseTo(chord, within(0.01 * chord));
            viewer.settle();
            assertThat(page.textContent("#measure-label")).matches("5\\.1\\d m");
            assertThat(Double.parseDouble(page.getAttribute(".measure-line", "x1")))
                    .isCloseTo(320, within(1.0));
            viewer.keep("measure");

            page.keyboard().press("Escape");
            viewer.settle();
            assertThat(page.isVisible("#measure-label")).isFalse();
            page.keyboard().press("m");
            page.mouse().click(column(viewer, Landmarks.PLATE_YAW, 2, 0), 200);
            page.keyboard().press("Enter"); // the middle of the window: the red disc
            double far = Math.sqrt(4 + 100 - 40 * Math.cos(Math.toRadians(Landmarks.PLATE_YAW)));
            assertThat(viewer.number("suffice.distance()"))
                    .as("from the plate at 2 m to the sphere at 10 m")
                    .isCloseTo(far, within(0.01 * far));
        }
    }

    @Test
    void saysThatDistancesWithoutMetresAreRelative(Browser browser) throws IOException {
        try (var viewer = OpenViewer.of(browser, Landmarks.relative(), folder)) {
            viewer.page().keyboard().press("m");
            viewer.page().mouse().click(320, 200);
            viewer.page().mouse().click(400, 200);
            viewer.settle();
            assertThat(viewer.page().textContent("#measure-label")).endsWith(" relative");
            viewer.hears("relative: this picture knows no metres");
        }
    }

    @Test
    void theDepthViewColoursNearLightAndFarDarkBesideAScale(Browser browser) throws IOException {
        try (var viewer = OpenViewer.of(browser, Landmarks.panorama(), folder)) {
            var page = viewer.page();
            assertThat(page.isVisible("#legend")).isFalse();
            page.keyboard().press("2");
            viewer.hears("Depth, by colours");
            assertThat(page.isVisible("#legend")).isTrue();
            assertThat(page.textContent("#legend")).contains("m");
            viewer.keep("depth");
            var shot = viewer.shot();
            int plate = shot.rgb((int) column(viewer, Landmarks.PLATE_YAW, 2, 0), 200);
            int sphere = shot.rgb(320, 200);
            assertThat(Shot.brightness(plate)).isGreaterThan(Shot.brightness(sphere) + 80);
            page.keyboard().press("3");
            viewer.keep("mesh");
            assertThat(viewer.shot().colours()).as("lines and surface").isGreaterThan(200);
            assertThat(page.isChecked("input[value=mesh]")).isTrue();
        }
    }

    @Test
    void fromOutsideTheWallsTowardsTheEyeAreLeftOut(Browser browser) throws IOException {
        try (var viewer = OpenViewer.of(browser, Landmarks.panorama(), folder)) {
            viewer.restore("{outside: true, orbit: {azimuth: 0, elevation: 0, distance: 26}}");
            viewer.keep("outside");
            var shot = viewer.shot();
            assertThat(shot.find(Landmarks.RED).pixels())
                    .as("the disc on the far wall, through the near one")
                    .isGreaterThan(5);
            assertThat(Shot.brightness(shot.rgb(5, 5))).as("dark around it").isLessThan(60);
            viewer.drag(20, 200, 20 + 524, 200); // half a turn around it: now the disc is on the near wall
            assertThat(viewer.shot().find(Landmarks.RED).pixels()).isLessThan(5);
            viewer.page().keyboard().press("o");
            assertThat(viewer.page().getAttribute("#outside", "aria-pressed")).isEqualTo("false");
            assertThat(viewer.shot().find(Landmarks.RED).pixels()).isGreaterThan(40);
        }
    }

    @Test
    void eachEyeSeesItsOwnPicture(Browser browser) throws IOException {
        try (var viewer = OpenViewer.of(browser, Landmarks.panorama(), folder)) {
            viewer.restore("{yaw: -12}");
            viewer.page().keyboard().press("b");
            viewer.keep("stereo");
            var shot = viewer.shot();
            double leftNear = shot.find(Landmarks.MAGENTA, 0, 320).x();
            double rightNear = shot.find(Landmarks.MAGENTA, 320, 640).x() - 320;
            double leftFar = shot.find(Landmarks.RED, 0, 320).x();
            double rightFar = shot.find(Landmarks.RED, 320, 640).x() - 320;
            assertThat(leftNear - rightNear).as("disparity at 2 m").isBetween(4.0, 16.0);
            assertThat(leftFar - rightFar).as("disparity at 10 m").isBetween(0.2, 4.0);
            viewer.page().keyboard().press("Escape");
            assertThat(viewer.page().isVisible("#stereo-leave")).isFalse();
        }
    }

    /** The column of a point at eye level, seen from {@code eye} metres to the right of the centre. */
    private static double column(OpenViewer viewer, double yaw, double distance, double eye) {
        double focal = 200 / Math.tan(Math.toRadians(viewer.view("fov") / 2));
        var d = Landmarks.direction(yaw, 0);
        return 320 + focal * (distance * d[0] - eye) / (-distance * d[2]);
    }
}
