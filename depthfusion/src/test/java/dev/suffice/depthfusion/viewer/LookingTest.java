package dev.suffice.depthfusion.viewer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.microsoft.playwright.Browser;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Whether what is seen is what the camera model says: by landmarks in known directions. */
@ExtendWith(Chromium.class)
class LookingTest {
    private static final double WIDTH = 640;
    private static final double HEIGHT = 400;

    @TempDir
    Path folder;

    @Test
    void showsLandmarksWhereTheCameraModelSays(Browser browser) throws IOException {
        try (var viewer = OpenViewer.of(browser, Landmarks.panorama(), folder)) {
            assertThat(viewer.view("yaw")).isZero();
            var shot = viewer.shot();
            assertThat(shot.colours()).as("a picture and not one colour").isGreaterThan(1000);
            seenAt(viewer, shot, Landmarks.RED, Landmarks.RED_YAW, 0);
            seenAt(viewer, shot, Landmarks.GREEN, Landmarks.GREEN_YAW, 0);
            seenAt(viewer, shot, Landmarks.BLUE, Landmarks.BLUE_YAW, Landmarks.BLUE_PITCH);
            seenAt(viewer, shot, Landmarks.MAGENTA, Landmarks.PLATE_YAW, 0);
            viewer.keep("landmarks");
        }
    }

    @Test
    void aDragTurnsTheViewByTheAngleUnderTheFinger(Browser browser) throws IOException {
        try (var viewer = OpenViewer.of(browser, Landmarks.panorama(), folder)) {
            double perPixel = Math.toDegrees(2 * Math.tan(Math.toRadians(viewer.view("fov") / 2)) / HEIGHT);
            viewer.drag(400, 200, 280, 230);
            assertThat(viewer.view("yaw")).as("to the right").isCloseTo(120 * perPixel, within(0.6));
            assertThat(viewer.view("pitch")).as("up").isCloseTo(30 * perPixel, within(0.2));
            var shot = viewer.shot();
            viewer.keep("dragged");
            seenAt(viewer, shot, Landmarks.GREEN, Landmarks.GREEN_YAW, 0);
            seenAt(viewer, shot, Landmarks.BLUE, Landmarks.BLUE_YAW, Landmarks.BLUE_PITCH);
        }
    }

    @Test
    void wheelAndKeysZoomTurnStepAndReset(Browser browser) throws IOException {
        try (var viewer = OpenViewer.of(browser, Landmarks.panorama(), folder)) {
            var page = viewer.page();
            double fov = viewer.view("fov");
            page.mouse().move(320, 200);
            page.mouse().wheel(0, -200);
            viewer.page().waitForCondition(() -> viewer.view("fov") < fov - 5);
            seenAt(viewer, viewer.shot(), Landmarks.RED, Landmarks.RED_YAW, 0);
            page.keyboard().press("r");
            assertThat(viewer.view("fov")).isEqualTo(fov);

            page.keyboard().press("ArrowRight");
            page.keyboard().press("ArrowUp");
            assertThat(viewer.view("yaw")).isBetween(2.0, 12.0);
            assertThat(viewer.view("pitch")).isBetween(2.0, 12.0);
            seenAt(viewer, viewer.shot(), Landmarks.RED, Landmarks.RED_YAW, 0);
            page.keyboard().press("+");
            assertThat(viewer.view("fov")).isLessThan(fov);
            page.keyboard().press("-");
            assertThat(viewer.view("fov")).isCloseTo(fov, within(0.01));

            page.keyboard().press("r");
            page.keyboard().press("d");
            assertThat(viewer.view("eye[0]")).as("a step to the right").isPositive();
            for (int i = 0; i < 20; i++) {
                page.keyboard().press("d");
            }
            assertThat(viewer.view("eye[0]")).as("never beyond the safe radius").isCloseTo(0.5, within(1e-6));
            page.keyboard().press("r");
            viewer.settle();
            assertThat(viewer.number("Math.hypot(...suffice.eye())")).isZero();
        }
    }

    @Test
    void theSeamOfThePanoramaCannotBeSeen(Browser browser) throws IOException {
        try (var viewer = OpenViewer.of(browser, Landmarks.panorama(), folder)) {
            viewer.restore("{yaw: 180}");
            var shot = viewer.shot();
            int atSeam = 0;
            int elsewhere = 0;
            for (int x = 20; x < WIDTH - 20; x++) {
                if (Math.abs(x - WIDTH / 2) <= 2) {
                    atSeam = Math.max(atSeam, shot.step(x));
                } else if (Math.abs(x - WIDTH / 2) > 20) {
                    elsewhere = Math.max(elsewhere, shot.step(x));
                }
            }
            assertThat(shot.colours()).isGreaterThan(200);
            assertThat(atSeam).as("steps across the seam, against " + elsewhere).isLessThanOrEqualTo(elsewhere + 1);
        }
    }

    @Test
    void aLinkBringsTheSameViewBack(Browser browser) throws IOException {
        String link;
        Shot before;
        try (var viewer = OpenViewer.of(browser, Landmarks.panorama(), folder)) {
            viewer.restore("{yaw: 12.5, pitch: -4, fov: 50, eye: [0.2, 0.1, -0.1], strength: 1.4}");
            before = viewer.shot();
            viewer.page().context().grantPermissions(List.of("clipboard-read", "clipboard-write"));
            viewer.page().click("#share");
            viewer.hears("Link copied. It opens this view wherever this file is.");
            assertThat(viewer.page().evaluate("navigator.clipboard.readText()"))
                    .isEqualTo(viewer.page().url());
            link = viewer.page().url().replaceFirst("^[^#]*", "");
        }
        assertThat(link).isEqualTo("#v=1&yaw=12.5&pitch=-4&fov=50&eye=0.2,0.1,-0.1&strength=1.4");
        try (var viewer = OpenViewer.of(browser, Landmarks.panorama(), folder, OpenViewer.still(), link)) {
            assertThat(viewer.view("yaw")).isCloseTo(12.5, within(1e-9));
            assertThat(viewer.view("strength")).isEqualTo(1.4);
            var after = viewer.shot();
            int most = 0;
            for (int x = 0; x < WIDTH; x += 3) {
                for (int y = 0; y < HEIGHT; y += 3) {
                    most = Math.max(most, Shot.difference(before.rgb(x, y), after.rgb(x, y)));
                }
            }
            assertThat(most).as("difference of the two pictures").isLessThanOrEqualTo(2);
        }
        for (var bad : new String[] {"#v=1&yaw=banana&fov=1e9&eye=1,2&mode=x-ray", "#v=2&yaw=40", "#%%%"}) {
            try (var viewer = OpenViewer.of(browser, Landmarks.panorama(), folder, OpenViewer.still(), bad)) {
                assertThat(viewer.view("yaw")).as(bad).isZero();
            }
        }
    }

    @Test
    void aPerspectivePictureIsFramedAndNeverShowsBlack(Browser browser) throws IOException {
        var wide = OpenViewer.still().setViewportSize(800, 300);
        try (var viewer = OpenViewer.of(browser, Landmarks.perspective(), folder, wide, "")) {
            assertThat(viewer.view("fov")).as("the whole picture fits").isBetween(60.0, 63.0);
            var shot = viewer.shot();
            noBlack(shot);
            viewer.page().mouse().move(400, 150);
            viewer.page().mouse().wheel(0, 1000);
            viewer.drag(400, 150, 700, 30);
            noBlack(viewer.shot());
            assertThat(viewer.view("yaw"))
                    .as("turns no farther than the picture")
                    .isBetween(-31.0, 0.0);
            viewer.keep("perspective");
        }
    }

    private static void noBlack(Shot shot) {
        for (int x = 0; x < shot.width(); x += 4) {
            for (int y = 0; y < shot.height(); y += 4) {
                assertThat(Shot.brightness(shot.rgb(x, y)))
                        .as("at %d, %d", x, y)
                        .isGreaterThan(40);
            }
        }
    }

    /** Compares the middle of a disc with the projection of its direction. */
    private static void seenAt(OpenViewer viewer, Shot shot, int colour, double yaw, double pitch) {
        var d = Landmarks.direction(yaw, pitch);
        double y = Math.toRadians(viewer.view("yaw"));
        double p = Math.toRadians(viewer.view("pitch"));
        double right = d[0] * Math.cos(y) + d[2] * Math.sin(y);
        double ahead = d[0] * Math.sin(y) - d[2] * Math.cos(y);
        double up = d[1] * Math.cos(p) - ahead * Math.sin(p);
        double depth = d[1] * Math.sin(p) + ahead * Math.cos(p);
        double focal = HEIGHT / 2 / Math.tan(Math.toRadians(viewer.view("fov") / 2));
        var spot = shot.find(colour);
        assertThat(spot.pixels()).as("pixels of %06x", colour).isGreaterThan(40);
        assertThat(spot.x()).as("column of %06x", colour).isCloseTo(WIDTH / 2 + focal * right / depth, within(1.5));
        assertThat(spot.y()).as("row of %06x", colour).isCloseTo(HEIGHT / 2 - focal * up / depth, within(1.5));
    }
}
