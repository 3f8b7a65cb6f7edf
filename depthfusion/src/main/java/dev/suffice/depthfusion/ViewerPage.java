package dev.suffice.depthfusion;

import dev.suffice.core.SufficeException;
import dev.suffice.depthfusion.export.GlbExport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * One HTML file that shows a scene and needs nothing else: three.js, the viewer and the scene are all inside. Thread-safe.
 *
 * <p>The template is the resource {@code viewer/viewer.html}. In it, {@code <!--suffice:scene-->} stands for the scene and
 * {@code /*suffice:inline NAME*}{@code /} for the resource NAME beside it or a file of three.js.
 */
public final class ViewerPage {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Pattern INLINE = Pattern.compile("/\\*suffice:inline ([A-Za-z0-9._-]+)\\*/");
    private static final Pattern END_OF_SCRIPT = Pattern.compile("</(script|style)", Pattern.CASE_INSENSITIVE);
    private static final String SCENE = "<!--suffice:scene-->";

    private ViewerPage() {}

    /**
     * The page of a scene, as UTF-8.
     *
     * @throws IOException if a picture cannot be encoded
     */
    public static byte[] html(LayeredScene scene) throws IOException {
        return html(text(resource("viewer.html")), scene);
    }

    static byte[] html(String template, LayeredScene scene) throws IOException {
        var page = INLINE.matcher(template)
                .replaceAll(match -> Matcher.quoteReplacement(harmless(text(resource(match.group(1))))));
        var at = page.indexOf(SCENE);
        if (at < 0) {
            throw new IllegalStateException("the viewer's template has no " + SCENE);
        }
        var before = page.substring(0, at)
                + "<script type=\"application/json\" id=\"suffice-scene\">"
                + JSON.writeValueAsString(description(scene)).replace("<", "\\u003c")
                + "</script><script type=\"application/octet-stream\" id=\"suffice-glb\">";
        var after = "</script>" + page.substring(at + SCENE.length());
        return joined(
                before.getBytes(StandardCharsets.UTF_8),
                Base64.getEncoder().encode(GlbExport.bytes(scene)),
                after.getBytes(StandardCharsets.UTF_8));
    }

    /** What the page is told about its scene; what is not known is left out. */
    static ObjectNode description(LayeredScene layered) {
        var scene = layered.scene();
        var provenance = scene.provenance();
        var node = JSON.createObjectNode().put("version", 1).put("title", provenance.title());
        provenance.prompt().ifPresent(prompt -> node.put("prompt", prompt));
        switch (scene.projection()) {
            case Projection.Equirectangular() -> node.put("projection", "equirectangular");
            case Projection.Perspective(var fieldOfView, var _) ->
                node.put("projection", "perspective").put("fovDegrees", fieldOfView);
        }
        node.put("width", scene.image().width())
                .put("height", scene.image().height())
                .put("metric", scene.metric())
                .put("nearMetres", scene.mapping().near())
                .put("farMetres", scene.mapping().far())
                .put("safeRadiusMetres", layered.safeRadius());
        provenance.compute().ifPresent(compute -> node.set("compute", compute));
        provenance.seed().ifPresent(seed -> node.put("seed", seed));
        provenance.scheduler().ifPresent(scheduler -> node.put("scheduler", scheduler));
        provenance.steps().ifPresent(steps -> node.put("steps", steps));
        return node;
    }

    /** A script that cannot end the element it stands in. */
    static String harmless(String script) {
        return END_OF_SCRIPT.matcher(script).replaceAll("<\\\\/$1").replace("<!--", "<\\!--");
    }

    private static byte[] resource(String name) {
        try (var own = ViewerPage.class.getResourceAsStream("viewer/" + name)) {
            if (own != null) {
                return own.readAllBytes();
            }
            var three = ViewerPage.class
                    .getClassLoader()
                    .getResourceAsStream(
                            "META-INF/resources/webjars/three/%s/build/%s".formatted(threeVersion(), name));
            if (three == null) {
                throw new SufficeException("viewer page: resource %s is missing; build Suffice anew".formatted(name));
            }
            try (three) {
                return three.readAllBytes();
            }
        } catch (IOException e) {
            throw new SufficeException("viewer page: resource %s: cannot be read".formatted(name), e);
        }
    }

    private static String threeVersion() throws IOException {
        var properties = new Properties();
        try (var stream = ViewerPage.class
                .getClassLoader()
                .getResourceAsStream("META-INF/maven/org.webjars.npm/three/pom.properties")) {
            if (stream == null) {
                throw new SufficeException("viewer page: the library three is missing; build Suffice anew");
            }
            properties.load(stream);
        }
        return properties.getProperty("version", "");
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static byte[] joined(byte[]... parts) {
        long length = 0;
        for (var part : parts) {
            length += part.length;
        }
        var all = java.nio.ByteBuffer.allocate(Math.toIntExact(length));
        for (var part : parts) {
            all.put(part);
        }
        return all.array();
    }
}
