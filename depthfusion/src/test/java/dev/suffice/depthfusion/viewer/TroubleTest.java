package dev.suffice.depthfusion.viewer;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import dev.suffice.depthfusion.LayeredScene;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What people are told when something is missing or broken, and what comes back by itself. */
@ExtendWith(Chromium.class)
class TroubleTest {
    private static final String NO_WEBGL = """
            const real = HTMLCanvasElement.prototype.getContext;
            HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
                return kind.startsWith("webgl") ? null : real.call(this, kind, ...rest);
            };""";

    @TempDir
    Path folder;

    @Test
    void namesWhatIsDamaged(Browser browser) throws IOException {
        fails(
                browser,
                html -> html.replaceFirst("(id=\"suffice-glb\">.{4000})[^<]*", "$1"),
                "The geometry has 3000 bytes where");
        fails(
                browser,
                html -> html.replaceFirst("id=\"suffice-glb\">.{40}", "id=\"suffice-glb\">" + "A".repeat(40)),
                "The geometry is not a GLB file");
        fails(
                browser,
                html -> html.replaceFirst("id=\"suffice-glb\">....", "id=\"suffice-glb\">?!?!"),
                "not valid base64");
        fails(
                browser,
                html -> html.replace("\"projection\":\"equirectangular\"", "\"projection\":\"fisheye\""),
                "projection \"fisheye\": expected \"equirectangular\" or \"perspective\".");
        fails(
                browser,
                html -> html.replaceFirst("\\{\"version\":1", "{\"version\":9"),
                "The scene has version 9; this viewer reads version 1.");
        fails(
                browser,
                html -> html.replaceFirst("\\{\"version\":1,", ""),
                "The description of the scene cannot be read");
    }

    @Test
    void drawsNothingThatPointsOutOfItsMesh(Browser browser) throws IOException {
        var whole = UnaryOperator.<String>identity();
        fails(
                browser,
                Landmarks.triangle(0, 999),
                whole,
                "Layer \"background\": index 999 points beyond its 3 vertices.");
        fails(browser, Landmarks.triangle(Float.NaN, 2), whole, "Layer \"background\": a position is not a number.");
    }

    private void fails(Browser browser, UnaryOperator<String> damage, String words) throws IOException {
        fails(browser, Landmarks.panorama(), damage, words);
    }

    private void fails(Browser browser, LayeredScene scene, UnaryOperator<String> damage, String words)
            throws IOException {
        var html = OpenViewer.page(scene);
        try (var viewer = OpenViewer.of(browser, html, folder, OpenViewer.still(), "", "", damage)) {
            assertThat(viewer.page().textContent("#failure-title")).isEqualTo("This picture is damaged");
            assertThat(viewer.page().textContent("#failure-detail")).contains(words);
        }
    }

    @Test
    void saysWhenTheBrowserHasNoWebgl(Browser browser) throws IOException {
        var html = OpenViewer.page(Landmarks.panorama());
        try (var viewer =
                OpenViewer.of(browser, html, folder, OpenViewer.still(), "", NO_WEBGL, UnaryOperator.identity())) {
            assertThat(viewer.page().textContent("#failure-title")).isEqualTo("This browser shows no 3D");
            assertThat(viewer.page().textContent("#failure-detail")).startsWith("WebGL 2 is missing or switched off.");
            viewer.keep("no-webgl");
            assertThat(viewer.complaints()).allMatch(text -> text.contains("WebGL"));
        }
    }

    @Test
    void comesBackWhenTheGraphicsWereInterrupted(Browser browser) throws IOException {
        try (var viewer = OpenViewer.of(browser, Landmarks.panorama(), folder)) {
            viewer.page()
                    .evaluate(
                            "window.loss = document.getElementById('canvas').getContext('webgl2').getExtension('WEBGL_lose_context'), loss.loseContext()");
            viewer.hears("The graphics were interrupted");
            viewer.page().evaluate("loss.restoreContext()");
            viewer.hears("The picture is back");
            var shot = viewer.shot();
            assertThat(shot.find(Landmarks.RED).pixels()).isGreaterThan(40);
            assertThat(shot.find(Landmarks.MAGENTA).pixels()).isGreaterThan(40);
        }
    }
}
