package dev.suffice.depthfusion.export;

import dev.suffice.depthfusion.Layer;
import dev.suffice.depthfusion.LayeredScene;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** Wavefront OBJ with its material file and a PNG texture for each layer; the coordinates of {@link GlbExport}. */
public final class ObjExport implements Export {
    @Override
    public String name() {
        return "obj";
    }

    @Override
    public String extension() {
        return "obj";
    }

    @Override
    public String description() {
        return "Wavefront OBJ with materials and textures: nearly every 3D program";
    }

    @Override
    public Map<String, byte[]> files(LayeredScene scene, String name) throws IOException {
        var files = new LinkedHashMap<String, byte[]>();
        files.put(name + ".obj", geometry(scene, name));
        files.put(name + ".mtl", materials(scene, name).getBytes(StandardCharsets.UTF_8));
        for (var layer : scene.layers()) {
            files.put(texture(name, layer), PngImage.rgb(layer.texture()));
        }
        return files;
    }

    private static String texture(String name, Layer layer) {
        return name + "-" + layer.name() + ".png";
    }

    private static String materials(LayeredScene scene, String name) {
        var text = new StringBuilder();
        for (var layer : scene.layers()) {
            text.append("""
                    newmtl %s
                    Ka 0 0 0
                    Kd 1 1 1
                    Ks 0 0 0
                    illum 0
                    map_Kd %s

                    """.formatted(layer.name(), texture(name, layer)));
        }
        return text.toString();
    }

    private static byte[] geometry(LayeredScene scene, String name) {
        var text = new StringBuilder(
                "# Suffice DepthFusion: metres, y up, the eye at the origin, the middle of the picture along -z\n");
        text.append("mtllib ").append(name).append(".mtl\n");
        int offset = 1;
        for (var layer : scene.layers()) {
            var mesh = layer.mesh();
            text.append("o ")
                    .append(layer.name())
                    .append("\nusemtl ")
                    .append(layer.name())
                    .append('\n');
            for (int i = 0; i < mesh.positions().length; i += 3) {
                text.append("v ").append(mesh.positions()[i]);
                text.append(' ').append(mesh.positions()[i + 1]);
                text.append(' ').append(mesh.positions()[i + 2]).append('\n');
            }
            for (int i = 0; i < mesh.uv().length; i += 2) {
                text.append("vt ")
                        .append(mesh.uv()[i])
                        .append(' ')
                        .append(1 - mesh.uv()[i + 1])
                        .append('\n');
            }
            for (int i = 0; i < mesh.indices().length; i += 3) {
                text.append('f');
                for (int k = 0; k < 3; k++) {
                    var vertex = mesh.indices()[i + k] + offset;
                    text.append(' ').append(vertex).append('/').append(vertex);
                }
                text.append('\n');
            }
            offset += mesh.vertices();
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }
}
