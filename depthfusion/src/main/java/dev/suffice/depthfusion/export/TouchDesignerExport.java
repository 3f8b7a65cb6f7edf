package dev.suffice.depthfusion.export;

import dev.suffice.core.SufficeException;
import dev.suffice.depthfusion.LayeredScene;
import dev.suffice.depthfusion.Projection;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** A folder of files that TouchDesigner's operators read, with a page that says which network to build from them. */
public final class TouchDesignerExport implements Export {
    @Override
    public String name() {
        return "touchdesigner";
    }

    @Override
    public String extension() {
        return "md";
    }

    @Override
    public String description() {
        return "a folder for TouchDesigner: OBJ, points, EXR, 16-bit depth, and a page with the network to build";
    }

    @Override
    public Map<String, byte[]> files(LayeredScene scene, String name) throws IOException {
        var folder = name + "-touchdesigner/";
        var files = new LinkedHashMap<String, byte[]>();
        files.put(folder + "README.md", page(scene).getBytes(StandardCharsets.UTF_8));
        new ObjExport().files(scene, "mesh").forEach((file, content) -> files.put(folder + file, content));
        files.put(folder + "points.ply", PlyExport.bytes(scene));
        files.put(folder + "rgbd.exr", ExrExport.bytes(scene));
        files.put(folder + "depth-mm.png", Png16Export.bytes(scene));
        files.put(folder + "rgb.png", PngImage.rgb(picture(scene)));
        return files;
    }

    private static dev.suffice.depthfusion.Texture picture(LayeredScene scene) {
        var image = scene.scene().image();
        var rgb = new byte[3 * image.width() * image.height()];
        for (int i = 0; i < rgb.length / 3; i++) {
            var colour = image.rgb(i % image.width(), i / image.width());
            rgb[3 * i] = (byte) (colour >> 16);
            rgb[3 * i + 1] = (byte) (colour >> 8);
            rgb[3 * i + 2] = (byte) colour;
        }
        return new dev.suffice.depthfusion.Texture(image.width(), image.height(), rgb);
    }

    private static String page(LayeredScene scene) throws IOException {
        var materials = new StringBuilder();
        for (var layer : scene.layers()) {
            materials.append("  - `mesh-%s.png` on the group `%s`%n"
                    .formatted(layer.name(), layer.name())
                    .replace("\r", ""));
        }
        var camera = switch (scene.scene().projection()) {
            case Projection.Equirectangular() -> "any field of view; the scene is all around: turn it with *Rotate*";
            case Projection.Perspective(var fieldOfView, var _) ->
                String.format(Locale.ROOT, "*FOV Method* Vertical, *FOV* %.1f degrees", fieldOfView);
        };
        try (var stream = TouchDesignerExport.class.getResourceAsStream("touchdesigner.md")) {
            if (stream == null) {
                throw new SufficeException("resource touchdesigner.md is missing; build Suffice anew");
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8)
                    .replace("{title}", scene.scene().provenance().title().replaceAll("\\s+", " "))
                    .replace("{materials}", materials.toString().stripTrailing())
                    .replace("{camera}", camera)
                    .replace("{radius}", String.format(Locale.ROOT, "%.2f", scene.safeRadius()))
                    .replace("{width}", Integer.toString(scene.scene().image().width()))
                    .replace("{height}", Integer.toString(scene.scene().image().height()))
                    .replace(
                            "{depth}",
                            scene.scene().projection().wraps()
                                    ? "distance from the eye"
                                    : "distance along the viewing axis");
        }
    }
}
