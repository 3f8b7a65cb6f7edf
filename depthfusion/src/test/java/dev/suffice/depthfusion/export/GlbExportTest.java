package dev.suffice.depthfusion.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.suffice.depthfusion.LayeredScene;
import dev.suffice.depthfusion.TestScenes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads GLB files back by the letter of the specification; bench/peers/validate_glb.mjs asks Khronos' own validator. */
class GlbExportTest {
    @Test
    void everyPartLiesWhereTheSpecificationWantsIt() throws IOException {
        for (var scene : List.of(TestScenes.panorama(64), TestScenes.perspective(80, 60, 60))) {
            var layered = LayeredScene.of(scene);
            var file = ByteBuffer.wrap(GlbExport.bytes(layered)).order(ByteOrder.LITTLE_ENDIAN);
            var root = json(file);
            var binary = binary(file);

            assertThat(root.path("asset").path("version").asString()).isEqualTo("2.0");
            assertThat(root.path("extensionsUsed").get(0).asString()).isEqualTo("KHR_materials_unlit");
            assertThat(root.path("nodes"))
                    .extracting(node -> node.path("name").asString())
                    .containsExactly("background", "foreground");
            long end = 0;
            for (var view : root.path("bufferViews")) {
                assertThat(view.path("byteOffset").asLong())
                        .isGreaterThanOrEqualTo(end)
                        .matches(at -> at % 4 == 0);
                end = view.path("byteOffset").asLong() + view.path("byteLength").asLong();
            }
            assertThat(end).isLessThanOrEqualTo(binary.remaining());
            for (int i = 0; i < 2; i++) {
                layer(root, binary, layered, i);
            }
        }
    }

    private static void layer(JsonNode root, ByteBuffer binary, LayeredScene scene, int i) throws IOException {
        var mesh = scene.layers().get(i).mesh();
        var primitive = root.path("meshes").get(i).path("primitives").get(0);
        var positions = root.path("accessors")
                .get(primitive.path("attributes").path("POSITION").asInt());
        var coordinates = root.path("accessors")
                .get(primitive.path("attributes").path("TEXCOORD_0").asInt());
        var indices = root.path("accessors").get(primitive.path("indices").asInt());
        assertThat(positions.path("count").asInt()).isEqualTo(mesh.vertices());
        assertThat(coordinates.path("count").asInt()).isEqualTo(mesh.vertices());
        assertThat(indices.path("count").asInt()).isEqualTo(3 * mesh.triangles());
        var least = new double[] {1e9, 1e9, 1e9};
        var most = new double[] {-1e9, -1e9, -1e9};
        var at = offset(root, positions);
        for (int k = 0; k < 3 * mesh.vertices(); k++) {
            var value = binary.getFloat(at + 4 * k);
            assertThat(value).isEqualTo(mesh.positions()[k]);
            least[k % 3] = Math.min(least[k % 3], value);
            most[k % 3] = Math.max(most[k % 3], value);
        }
        for (int k = 0; k < 3; k++) {
            assertThat(positions.path("min").get(k).asDouble()).isCloseTo(least[k], within(1e-6));
            assertThat(positions.path("max").get(k).asDouble()).isCloseTo(most[k], within(1e-6));
        }
        var wide = indices.path("componentType").asInt() == 5125;
        at = offset(root, indices);
        for (int k = 0; k < 3 * mesh.triangles(); k++) {
            var index = wide ? binary.getInt(at + 4 * k) : Short.toUnsignedInt(binary.getShort(at + 2 * k));
            assertThat(index).isEqualTo(mesh.indices()[k]);
        }
        var material = root.path("materials").get(primitive.path("material").asInt());
        assertThat(material.path("doubleSided").asBoolean()).isTrue();
        assertThat(material.path("extensions").has("KHR_materials_unlit")).isTrue();
        var view = root.path("bufferViews")
                .get(root.path("images").get(i).path("bufferView").asInt());
        var png = new byte[view.path("byteLength").asInt()];
        binary.get(view.path("byteOffset").asInt(), png);
        var picture = ImageIO.read(new ByteArrayInputStream(png));
        var rgb = scene.layers().get(i).texture().rgb();
        for (int p = 0; p < rgb.length / 3; p++) {
            var colour = picture.getRGB(p % picture.getWidth(), p / picture.getWidth());
            assertThat(new byte[] {(byte) (colour >> 16), (byte) (colour >> 8), (byte) colour})
                    .containsExactly(rgb[3 * p], rgb[3 * p + 1], rgb[3 * p + 2]);
        }
    }

    private static int offset(JsonNode root, JsonNode accessor) {
        return root.path("bufferViews")
                .get(accessor.path("bufferView").asInt())
                .path("byteOffset")
                .asInt();
    }

    private static JsonNode json(ByteBuffer file) {
        assertThat(file.getInt(0)).isEqualTo(0x46546c67);
        assertThat(file.getInt(4)).isEqualTo(2);
        assertThat(file.getInt(8)).isEqualTo(file.capacity());
        assertThat(file.getInt(12)).matches(length -> length % 4 == 0);
        assertThat(file.getInt(16)).isEqualTo(0x4e4f534a);
        var json = new byte[file.getInt(12)];
        file.get(20, json);
        return JsonMapper.shared().readTree(json);
    }

    private static ByteBuffer binary(ByteBuffer file) {
        var at = 20 + file.getInt(12);
        assertThat(file.getInt(at + 4)).isEqualTo(0x004e4942);
        assertThat(file.getInt(at)).isEqualTo(file.capacity() - at - 8);
        return file.slice(at + 8, file.getInt(at)).order(ByteOrder.LITTLE_ENDIAN);
    }
}
