package dev.suffice.depthfusion.viewer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.options.ReducedMotion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Buttons, panels, phones, and what people who do not see or do not want motion get. */
@ExtendWith(Chromium.class)
class InterfaceTest {
    @TempDir
    Path folder;

    @Test
    void tellsWhatThePictureIsAndWhatWasSaved(Browser browser) throws IOException {
        var window = OpenViewer.still().setViewportSize(1280, 720);
        try (var viewer = OpenViewer.of(browser, Landmarks.panorama(), folder, window, "")) {
            var page = viewer.page();
            assertThat(page.title()).isEqualTo("landmarks </script><b> · DepthFusion");
            assertThat(page.textContent("#title")).isEqualTo("coloured discs all around </script><b>bold</b>");
            assertThat(page.getAttribute("#canvas", "aria-label")).startsWith("360 degree view: coloured discs");
            page.click("#info-open");
            assertThat(page.textContent("#info-facts")).contains("360° panorama, 1024 × 512", "Steps25", "Seed7");
            assertThat(page.textContent("#info-saved")).isEqualTo("49%");
            assertThat(page.textContent("#info-stages")).contains("u-net", "50 of 100");
            viewer.keep("info");
            page.keyboard().press("Escape");
            assertThat(page.isVisible("#info")).isFalse();
            page.keyboard().press("?");
            assertThat(page.isVisible("#help")).isTrue();
            viewer.keep("help");
            page.keyboard().press("Escape");
            assertThat(page.isVisible("#help")).isFalse();
        }
    }

    @Test
    void everyControlHasANameAndIsReachedByTheKeyboard(Browser browser) throws IOException {
        try (var viewer = OpenViewer.of(browser, Landmarks.panorama(), folder)) {
            var page = viewer.page();
            for (var button : page.locator("button").all()) {
                assertThat(name(button)).as("name of " + button).isNotBlank();
            }
            var reached = new java.util.ArrayList<String>();
            for (int i = 0; i < 16; i++) {
                page.keyboard().press("Tab");
                reached.add((String) page.evaluate("document.activeElement.id || document.activeElement.name"));
            }
            assertThat(reached)
                    .containsSubsequence(
                            "canvas",
                            "reset",
                            "screenshot",
                            "share",
                            "info-open",
                            "help-open",
                            "full",
                            "mode",
                            "strength",
                            "outside",
                            "measure",
                            "rotate",
                            "stereo");
            page.focus("#strength");
            page.keyboard().press("ArrowRight");
            assertThat(viewer.view("strength"))
                    .as("the slider has its arrow keys")
                    .isCloseTo(1.05, within(1e-9));
            assertThat(viewer.view("yaw")).as("and the view does not turn").isZero();
            page.keyboard().press("h");
            assertThat(page.isVisible("#dock")).isFalse();
            page.keyboard().press("h");
            assertThat(page.isVisible("#dock")).isTrue();
        }
    }

    private static String name(Locator button) {
        var label = button.getAttribute("aria-label");
        return label != null ? label : button.textContent();
    }

    @Test
    void aPhoneShowsEverythingWithinItsScreenAndFollowsFingers(Browser browser) throws IOException {
        for (int[] size : new int[][] {{390, 844}, {844, 390}, {320, 568}}) {
            var phone = OpenViewer.still()
                    .setViewportSize(size[0], size[1])
                    .setHasTouch(true)
                    .setIsMobile(true);
            try (var viewer = OpenViewer.of(browser, Landmarks.panorama(), folder, phone, "")) {
                viewer.keep("phone-" + size[0] + "x" + size[1]);
                for (var button : viewer.page()
                        .locator(".tool:visible, #strength:visible")
                        .all()) {
                    var box = button.boundingBox();
                    assertThat(box.x).as("left of " + button).isNotNegative();
                    assertThat(box.x + box.width).as("right of " + button).isLessThanOrEqualTo(size[0]);
                    assertThat(box.y + box.height).as("bottom of " + button).isLessThanOrEqualTo(size[1]);
                    assertThat(box.height)
                            .as("height for a finger of " + button)
                            .isGreaterThanOrEqualTo(40);
                }
                double x = size[0] / 2.0;
                double y = size[1] / 2.0;
                viewer.touch("touchStart", new double[] {x, y});
                viewer.touch("touchMove", new double[] {x - 30, y});
                viewer.touch("touchMove", new double[] {x - 60, y});
                viewer.touch("touchEnd");
                assertThat(viewer.view("yaw"))
                        .as("a finger to the left looks to the right")
                        .isGreaterThan(2);
                double fov = viewer.view("fov");
                viewer.touch("touchStart", new double[] {x - 30, y}, new double[] {x + 30, y});
                viewer.touch("touchMove", new double[] {x - 50, y}, new double[] {x + 50, y});
                viewer.touch("touchEnd");
                assertThat(viewer.view("fov"))
                        .as("two fingers apart come nearer")
                        .isLessThan(fov - 5);
            }
        }
    }

    @Test
    void thePhoneInTheHandTurnsTheView(Browser browser) throws IOException {
        var phone =
                OpenViewer.still().setViewportSize(390, 844).setHasTouch(true).setIsMobile(true);
        try (var viewer = OpenViewer.of(browser, Landmarks.panorama(), folder, phone, "")) {
            viewer.restore("{yaw: 90}");
            viewer.hold(0, 90, 0);
            viewer.tap("#motion");
            viewer.hears("Move the phone to look around");
            looksTowards(viewer, 90, 0); // where one looked before
            viewer.hold(30, 90, 0); // alpha counts to the left
            looksTowards(viewer, 60, 0);
            viewer.hold(30, 110, 0); // its back turned up
            looksTowards(viewer, 60, 20);
            viewer.tap("#motion");
            viewer.hears("Look by dragging");
        }
    }

    private static void looksTowards(OpenViewer viewer, double yaw, double pitch) {
        var d = Landmarks.direction(yaw, pitch);
        viewer.page()
                .waitForCondition(() -> viewer.number(
                                "suffice.direction()[0] * %s + suffice.direction()[1] * %s + suffice.direction()[2] * %s"
                                        .formatted(d[0], d[1], d[2]))
                        > 0.9999);
    }

    @Test
    void theEyeFollowsAnIdleHandUnlessMotionIsUnwanted(Browser browser) throws IOException {
        var moving = OpenViewer.still().setReducedMotion(ReducedMotion.NO_PREFERENCE);
        try (var viewer = OpenViewer.of(browser, Landmarks.panorama(), folder, moving, "")) {
            viewer.page().mouse().move(600, 200);
            viewer.page().waitForCondition(() -> viewer.number("suffice.eye()[0]") > 0.1);
            viewer.settle();
            double frames = viewer.number("suffice.frames()");
            viewer.page().waitForTimeout(300);
            assertThat(viewer.number("suffice.frames()"))
                    .as("frames drawn at rest")
                    .isEqualTo(frames);
        }
        try (var viewer = OpenViewer.of(browser, Landmarks.panorama(), folder)) {
            viewer.page().mouse().move(600, 200);
            viewer.page().waitForTimeout(300);
            assertThat(viewer.number("Math.hypot(...suffice.eye())")).isZero();
        }
    }

    @Test
    void turnsByItselfWhenAsked(Browser browser) throws IOException {
        try (var viewer = OpenViewer.of(browser, Landmarks.panorama(), folder)) {
            viewer.page().keyboard().press("t");
            viewer.page().waitForCondition(() -> viewer.view("yaw") > 0.5);
            viewer.page().keyboard().press("t");
            viewer.settle();
            double yaw = viewer.view("yaw");
            viewer.page().waitForTimeout(200);
            assertThat(viewer.view("yaw")).isEqualTo(yaw);
        }
    }

    @Test
    void savesAScreenshot(Browser browser) throws IOException {
        var sharp = OpenViewer.still().setDeviceScaleFactor(2);
        try (var viewer = OpenViewer.of(browser, Landmarks.panorama(), folder, sharp, "")) {
            var download = viewer.page().waitForDownload(() -> viewer.page().click("#screenshot"));
            assertThat(download.suggestedFilename()).isEqualTo("landmarks-script-b.png");
            var saved = Shot.of(Files.readAllBytes(download.path()));
            assertThat(saved.width()).isEqualTo(1280);
            assertThat(saved.height()).isEqualTo(800);
            assertThat(saved.find(Landmarks.RED).pixels()).isGreaterThan(100);
        }
    }

    @Test
    void offersAHeadsetWhereThereIsOne(Browser browser) throws IOException {
        var html = OpenViewer.page(Landmarks.panorama());
        var stub =
                "Object.defineProperty(navigator, 'xr', {value: {isSessionSupported: async (mode) => mode === 'immersive-vr', addEventListener() {}}});";
        try (var viewer = OpenViewer.of(browser, html, folder, OpenViewer.still(), "", stub, text -> text)) {
            viewer.page().waitForSelector("#headset:visible");
        }
        try (var viewer = OpenViewer.of(browser, Landmarks.panorama(), folder)) {
            assertThat(viewer.page().isVisible("#headset")).isFalse();
        }
    }
}
