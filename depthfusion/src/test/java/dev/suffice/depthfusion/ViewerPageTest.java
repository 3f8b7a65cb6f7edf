package dev.suffice.depthfusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.suffice.core.SufficeException;
import dev.suffice.depthfusion.export.GlbExport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class ViewerPageTest {
    private static final String TEMPLATE = "<html><body>§<!--suffice:scene--></body></html>";

    @Test
    void carriesTheSceneAndItsGeometry() throws IOException {
        var scene = LayeredScene.of(BoxInRoom.perspective(40, 30, 50));
        var page = page(TEMPLATE, scene);
        var json = JsonMapper.shared().readTree(between(page, "id=\"suffice-scene\">", "</script>"));
        assertThat(json.path("version").asInt()).isEqualTo(1);
        assertThat(json.path("title").asString()).isEqualTo("a box in a room");
        assertThat(json.path("projection").asString()).isEqualTo("perspective");
        assertThat(json.path("fovDegrees").asDouble()).isEqualTo(50);
        assertThat(json.path("width").asInt()).isEqualTo(40);
        assertThat(json.path("height").asInt()).isEqualTo(30);
        assertThat(json.path("metric").asBoolean()).isTrue();
        assertThat(json.path("nearMetres").asDouble()).isEqualTo(0.3);
        assertThat(json.path("farMetres").asDouble()).isEqualTo(100);
        assertThat(json.has("prompt") || json.has("seed") || json.has("compute"))
                .isFalse();
        var glb = Base64.getDecoder().decode(between(page, "id=\"suffice-glb\">", "</script>"));
        assertThat(glb).isEqualTo(GlbExport.bytes(scene));
    }

    @Test
    void aPromptCannotEndTheScriptItStandsIn() throws IOException {
        var prompt = "</script><script>alert(1)</script><!-- $1 \\ ä \u2028";
        var box = BoxInRoom.panorama(16);
        var scene = new Scene(
                box.image(),
                box.projection(),
                box.mapping(),
                box.metric(),
                new Provenance(
                        prompt,
                        Optional.of(prompt),
                        OptionalLong.of(7),
                        Optional.of("DDIM"),
                        OptionalInt.of(25),
                        Optional.empty()));
        var page = page(TEMPLATE, LayeredScene.of(scene));
        assertThat(page).doesNotContain("alert(1)</script>").doesNotContain("<!--");
        var json = JsonMapper.shared().readTree(between(page, "id=\"suffice-scene\">", "</script>"));
        assertThat(json.path("prompt").asString()).isEqualTo(prompt);
        assertThat(json.path("seed").asInt()).isEqualTo(7);
        assertThat(json.path("steps").asInt()).isEqualTo(25);
        assertThat(json.path("projection").asString()).isEqualTo("equirectangular");
    }

    @Test
    void librariesAreInlinedAndCannotEndTheirScript() throws IOException {
        var scene = LayeredScene.of(BoxInRoom.panorama(16));
        var page = page("<script>/*suffice:inline three.core.min.js*/</script><!--suffice:scene-->", scene);
        assertThat(page.length()).isGreaterThan(370_000);
        assertThat(between(page, "<script>", "</script>"))
                .contains("Quaternion")
                .doesNotContain("<!--");
        assertThatThrownBy(() -> page("/*suffice:inline nothing.js*/<!--suffice:scene-->", scene))
                .isInstanceOf(SufficeException.class)
                .hasMessage("viewer page: resource nothing.js is missing; build Suffice anew");
    }

    @Test
    void scriptsAreMadeHarmless() {
        assertThat(ViewerPage.harmless("a = '</script>'; b = '</STYLE>'; c = '<!--';"))
                .isEqualTo("a = '<\\/script>'; b = '<\\/STYLE>'; c = '<\\!--';");
    }

    private static String page(String template, LayeredScene scene) throws IOException {
        return new String(ViewerPage.html(template, scene), StandardCharsets.UTF_8);
    }

    private static String between(String text, String from, String to) {
        var at = text.indexOf(from) + from.length();
        return text.substring(at, text.indexOf(to, at));
    }
}
