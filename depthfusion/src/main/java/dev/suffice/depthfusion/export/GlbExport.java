package dev.suffice.depthfusion.export;

import dev.suffice.depthfusion.Layer;
import dev.suffice.depthfusion.LayeredScene;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Binary glTF 2.0 (Khronos): a node for each layer, unlit, with its texture inside. Right-handed, y up, metres, the eye at the origin
 * and the middle of the picture along -z.
 */
public final class GlbExport implements Export {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private static final int MAGIC = 0x46546c67;
    private static final int JSON_CHUNK = 0x4e4f534a;
    private static final int BINARY_CHUNK = 0x004e4942;
    private static final int FLOAT = 5126;
    private static final int UNSIGNED_SHORT = 5123;
    private static final int UNSIGNED_INT = 5125;
    private static final int ARRAY_BUFFER = 34962;
    private static final int ELEMENT_ARRAY_BUFFER = 34963;
    private static final int LINEAR = 9729;
    private static final int LINEAR_MIPMAP_LINEAR = 9987;
    private static final int REPEAT = 10497;
    private static final int CLAMP_TO_EDGE = 33071;

    @Override
    public String name() {
        return "glb";
    }

    @Override
    public String extension() {
        return "glb";
    }

    @Override
    public String description() {
        return "binary glTF 2.0, textured layers: browsers, Blender, game engines, headsets";
    }

    @Override
    public Map<String, byte[]> files(LayeredScene scene, String name) throws IOException {
        return Map.of(name + ".glb", bytes(scene));
    }

    /** The whole file. */
    public static byte[] bytes(LayeredScene scene) throws IOException {
        var root = JSON.createObjectNode();
        root.putObject("asset").put("version", "2.0").put("generator", "Suffice DepthFusion");
        root.putArray("extensionsUsed").add("KHR_materials_unlit");
        root.put("scene", 0);
        var all = root.putArray("scenes").addObject();
        all.put("name", scene.scene().provenance().title());
        var nodes = all.putArray("nodes");
        for (var key :
                List.of("nodes", "meshes", "materials", "textures", "images", "samplers", "accessors", "bufferViews")) {
            root.putArray(key);
        }
        root.withArray("samplers")
                .addObject()
                .put("magFilter", LINEAR)
                .put("minFilter", LINEAR_MIPMAP_LINEAR)
                .put("wrapS", scene.scene().projection().wraps() ? REPEAT : CLAMP_TO_EDGE)
                .put("wrapT", CLAMP_TO_EDGE);
        var parts = new ArrayList<byte[]>();
        for (int i = 0; i < scene.layers().size(); i++) {
            nodes.add(i);
            layer(root, parts, i, scene.layers().get(i));
        }
        long length = 0;
        for (var part : parts) {
            length += padded(part.length);
        }
        root.putArray("buffers").addObject().put("byteLength", length);
        return file(JSON.writeValueAsBytes(root), parts, length);
    }

    private static void layer(ObjectNode root, List<byte[]> parts, int i, Layer layer) throws IOException {
        root.withArray("nodes").addObject().put("name", layer.name()).put("mesh", i);
        var primitive = root.withArray("meshes")
                .addObject()
                .put("name", layer.name())
                .putArray("primitives")
                .addObject();
        primitive
                .putObject("attributes")
                .put("POSITION", positions(root, parts, layer))
                .put("TEXCOORD_0", coordinates(root, parts, layer));
        primitive.put("indices", indices(root, parts, layer)).put("material", i);
        var material = root.withArray("materials").addObject();
        material.put("name", layer.name()).put("doubleSided", true);
        material.putObject("pbrMetallicRoughness")
                .put("metallicFactor", 0)
                .put("roughnessFactor", 1)
                .putObject("baseColorTexture")
                .put("index", i);
        material.putObject("extensions").putObject("KHR_materials_unlit");
        root.withArray("textures").addObject().put("sampler", 0).put("source", i);
        var view = view(root, parts, PngImage.rgb(layer.texture()), 0);
        root.withArray("images")
                .addObject()
                .put("name", layer.name())
                .put("mimeType", "image/png")
                .put("bufferView", view);
    }

    private static int positions(ObjectNode root, List<byte[]> parts, Layer layer) {
        var positions = layer.mesh().positions();
        var least = new float[] {Float.MAX_VALUE, Float.MAX_VALUE, Float.MAX_VALUE};
        var most = new float[] {-Float.MAX_VALUE, -Float.MAX_VALUE, -Float.MAX_VALUE};
        for (int i = 0; i < positions.length; i++) {
            least[i % 3] = Math.min(least[i % 3], positions[i]);
            most[i % 3] = Math.max(most[i % 3], positions[i]);
        }
        var view = view(root, parts, floats(positions), ARRAY_BUFFER);
        var accessor = accessor(root, view, FLOAT, positions.length / 3, "VEC3");
        for (int i = 0; i < 3; i++) {
            accessor.withArray("min").add(least[i]);
            accessor.withArray("max").add(most[i]);
        }
        return root.withArray("accessors").size() - 1;
    }

    private static int coordinates(ObjectNode root, List<byte[]> parts, Layer layer) {
        var uv = layer.mesh().uv();
        accessor(root, view(root, parts, floats(uv), ARRAY_BUFFER), FLOAT, uv.length / 2, "VEC2");
        return root.withArray("accessors").size() - 1;
    }

    private static int indices(ObjectNode root, List<byte[]> parts, Layer layer) {
        var indices = layer.mesh().indices();
        var small = layer.mesh().vertices() < 65535;
        var bytes = new LittleEndian((small ? 2 : 4) * indices.length);
        for (var index : indices) {
            if (small) {
                bytes.i16(index);
            } else {
                bytes.i32(index);
            }
        }
        var view = view(root, parts, bytes.bytes(), ELEMENT_ARRAY_BUFFER);
        accessor(root, view, small ? UNSIGNED_SHORT : UNSIGNED_INT, indices.length, "SCALAR");
        return root.withArray("accessors").size() - 1;
    }

    private static ObjectNode accessor(ObjectNode root, int view, int component, int count, String type) {
        return root.withArray("accessors")
                .addObject()
                .put("bufferView", view)
                .put("componentType", component)
                .put("count", count)
                .put("type", type);
    }

    private static int view(ObjectNode root, List<byte[]> parts, byte[] bytes, int target) {
        long offset = 0;
        for (var part : parts) {
            offset += padded(part.length);
        }
        parts.add(bytes);
        var view = root.withArray("bufferViews")
                .addObject()
                .put("buffer", 0)
                .put("byteOffset", offset)
                .put("byteLength", bytes.length);
        if (target != 0) {
            view.put("target", target);
        }
        return parts.size() - 1;
    }

    private static byte[] floats(float[] values) {
        return new LittleEndian(4 * values.length).f32(values).bytes();
    }

    private static int padded(int length) {
        return (length + 3) & ~3;
    }

    private static byte[] file(byte[] json, List<byte[]> parts, long length) {
        var total = Math.toIntExact(12 + 8 + padded(json.length) + 8 + length);
        var file = new LittleEndian(total).i32(MAGIC).i32(2).i32(total);
        file.i32(padded(json.length)).i32(JSON_CHUNK).raw(json).padded(' ');
        file.i32((int) length).i32(BINARY_CHUNK);
        for (var part : parts) {
            file.raw(part).padded(0);
        }
        return file.bytes();
    }
}
