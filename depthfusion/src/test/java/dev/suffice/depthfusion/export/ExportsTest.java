package dev.suffice.depthfusion.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.suffice.core.SufficeException;
import dev.suffice.depthfusion.LayeredScene;
import dev.suffice.depthfusion.Scene;
import dev.suffice.depthfusion.TestScenes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExportsTest {
    private static final Scene PANORAMA = TestScenes.panorama(48);
    private static final Scene PERSPECTIVE = TestScenes.perspective(70, 50, 60);

    @TempDir
    Path folder;

    @Test
    void namesAreFoundAndUnknownOnesNameAll() {
        assertThat(Exports.all()).extracting(Export::name).doesNotHaveDuplicates();
        assertThat(Exports.listed("glb, ply,glb")).extracting(Export::name).containsExactly("glb", "ply");
        assertThatThrownBy(() -> Exports.listed("glb,fbx"))
                .hasMessage(
                        "format fbx: must be one of glb, obj, ply, splat, exr, png16, cubemap, animation, touchdesigner");
        assertThatThrownBy(() -> Exports.listed("")).hasMessageStartingWith("format : must be one of");
    }

    @Test
    void everyFormatWritesFilesWithItsNameAndNoOthers() throws IOException {
        var scene = LayeredScene.of(PERSPECTIVE);
        for (var export : Exports.all()) {
            var own = Files.createDirectory(folder.resolve(export.name()));
            var files = ExportFiles.write(scene, export, own, "a b");
            assertThat(files.getFirst().toString()).endsWith("." + export.extension());
            assertThat(files)
                    .allSatisfy(
                            file -> assertThat(own.relativize(file).toString()).startsWith("a b"));
            try (var all = Files.walk(own)) {
                assertThat(all.filter(Files::isRegularFile)).containsExactlyInAnyOrderElementsOf(files);
            }
            assertThat(export.description()).isNotBlank();
        }
    }

    @Test
    void aFormatThatFailsLeavesNothing() throws IOException {
        var broken = new Export() {
            @Override
            public String name() {
                return "broken";
            }

            @Override
            public String extension() {
                return "b";
            }

            @Override
            public String description() {
                return "fails";
            }

            @Override
            public Map<String, byte[]> files(LayeredScene scene, String name) throws IOException {
                throw new IOException("no encoder");
            }
        };
        var scene = LayeredScene.of(PERSPECTIVE);
        assertThatThrownBy(() -> ExportFiles.write(scene, broken, folder, "a"))
                .isInstanceOf(SufficeException.class)
                .hasMessage("cannot encode a as broken: no encoder");
        assertThat(folder).isEmptyDirectory();
        var file = Files.createFile(folder.resolve("file"));
        assertThatThrownBy(() -> ExportFiles.write(scene, new GlbExport(), file, "a"))
                .isInstanceOf(SufficeException.class)
                .hasMessageStartingWith("output folder " + file);
    }

    @Test
    void objHasEveryTriangleOfEveryLayer() throws IOException {
        var scene = LayeredScene.of(PANORAMA);
        var files = new ObjExport().files(scene, "a");
        assertThat(files).containsOnlyKeys("a.obj", "a.mtl", "a-background.png", "a-foreground.png");
        var lines = text(files, "a.obj").lines().toList();
        var vertices = new ArrayList<double[]>();
        int texts = 0;
        int faces = 0;
        for (var line : lines) {
            var words = line.split(" ");
            switch (words[0]) {
                case "v" ->
                    vertices.add(Arrays.stream(words)
                            .skip(1)
                            .mapToDouble(Double::parseDouble)
                            .toArray());
                case "vt" -> {
                    texts++;
                    assertThat(Double.parseDouble(words[2])).isBetween(0.0, 1.0);
                }
                case "f" -> {
                    faces++;
                    for (int i = 1; i < 4; i++) {
                        var index = words[i].split("/");
                        assertThat(index[0]).isEqualTo(index[1]);
                        assertThat(Integer.parseInt(index[0])).isBetween(1, vertices.size());
                    }
                }
                default -> assertThat(words[0]).isIn("#", "o", "usemtl", "mtllib");
            }
        }
        assertThat(faces).isEqualTo(scene.triangles());
        assertThat(texts).isEqualTo(vertices.size());
        assertThat(text(files, "a.mtl")).contains("newmtl background", "map_Kd a-foreground.png");
    }

    @Test
    void pointsLieOnTheRoomAndFaceTheEye() {
        for (var scene : List.of(TestScenes.panorama(192), PERSPECTIVE)) {
            var points = vertices(only(new PlyExport().files(LayeredScene.of(scene), "a")), 27);
            int on = 0;
            int inFront = 0;
            int count = points.capacity() / 27;
            for (int i = 0; i < count; i++) {
                double x = points.getFloat(27 * i);
                double y = points.getFloat(27 * i + 4);
                double z = points.getFloat(27 * i + 8);
                double nx = points.getFloat(27 * i + 12);
                double ny = points.getFloat(27 * i + 16);
                double nz = points.getFloat(27 * i + 20);
                assertThat(nx * nx + ny * ny + nz * nz).isCloseTo(1, within(1e-5));
                assertThat(nx * x + ny * y + nz * z).isNegative();
                var seen = TestScenes.seen(x, y, z);
                on += Math.abs(seen - 1) < 0.02 ? 1 : 0;
                inFront += seen > 1.03 ? 1 : 0;
            }
            // what is not on the first surface is hidden behind it; corners of a room are rounded by a pixel
            assertThat((double) inFront / count).isLessThan(0.01);
            assertThat((double) on / count).isGreaterThan(0.55);
            assertThat(count).isGreaterThan(3000);
        }
    }

    @Test
    void gaussiansAreFlatDiscsOnTheSurface() {
        var bytes = only(new SplatExport().files(LayeredScene.of(PERSPECTIVE), "a"));
        var header = new String(bytes, 0, 700, StandardCharsets.US_ASCII);
        assertThat(header)
                .containsSubsequence(
                        "float x",
                        "float nx",
                        "f_dc_0",
                        "f_dc_1",
                        "f_dc_2",
                        "opacity",
                        "scale_0",
                        "scale_2",
                        "rot_0",
                        "rot_3",
                        "end_header");
        var splats = vertices(bytes, 68);
        var floats = splats.asFloatBuffer();
        int onBox = 0;
        for (int at = 0; at < floats.capacity(); at += 17) {
            // z forward, y down
            assertThat(floats.get(at + 2)).isPositive();
            double norm = 0;
            for (int i = 13; i < 17; i++) {
                norm += floats.get(at + i) * floats.get(at + i);
            }
            assertThat(norm).isCloseTo(1, within(1e-5));
            assertThat(1 / (1 + Math.exp(-floats.get(at + 9)))).isCloseTo(0.99, within(1e-4));
            assertThat(floats.get(at + 12)).isLessThan(floats.get(at + 10)).isLessThan(floats.get(at + 11));
            if (Math.abs(floats.get(at + 2) - 1.4) < 0.01 && floats.get(at + 3) * floats.get(at + 3) < 1e-4) {
                onBox++;
                // one step between pixels on a plane 1.4 m away: 2 * tan(30 degrees) * 1.4 / 50
                assertThat(Math.exp(floats.get(at + 10))).isCloseTo(0.55 * 0.0323, within(0.002));
                assertThat(Math.exp(floats.get(at + 11))).isCloseTo(0.55 * 0.0323, within(0.002));
                var red = 0.5 + 0.28209479177387814 * floats.get(at + 6);
                assertThat(red).isBetween(0.5, 1.0);
            }
        }
        assertThat(onBox).isGreaterThan(300);
    }

    @Test
    void exrHasLinearColoursAndMetres() throws IOException, DataFormatException {
        var scene = PERSPECTIVE;
        int width = scene.image().width();
        int height = scene.image().height();
        var file = ByteBuffer.wrap(ExrExport.bytes(LayeredScene.of(scene))).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(file.getInt(0)).isEqualTo(20000630);
        var header = new String(file.array(), StandardCharsets.ISO_8859_1);
        int at = 8;
        while (file.get(at) != 0) {
            at = header.indexOf('\0', header.indexOf('\0', at) + 1) + 1;
            at += 4 + file.getInt(at);
        }
        at++;
        for (int block = 0; block < (height + 15) / 16; block++) {
            var offset = Math.toIntExact(file.getLong(at + 8 * block));
            assertThat(file.getInt(offset)).isEqualTo(16 * block);
            var lines = Math.min(16, height - 16 * block);
            var raw = inflated(file, offset, 10 * width * lines);
            for (int y = 0; y < lines; y++) {
                for (int x = 0; x < width; x++) {
                    var row = 10 * width * y;
                    var z = raw.getFloat(row + 6 * width + 4 * x);
                    assertThat(z).isCloseTo((float) (1 / scene.inverseDepth(x, 16 * block + y)), within(1e-5f));
                    var red = Float.float16ToFloat(raw.getShort(row + 4 * width + 2 * x));
                    var srgb = red <= 0.0031308 ? 12.92 * red : 1.055 * Math.pow(red, 1 / 2.4) - 0.055;
                    assertThat(255 * srgb).isCloseTo(scene.image().rgb(x, 16 * block + y) >> 16, within(0.2));
                }
            }
        }
    }

    private static ByteBuffer inflated(ByteBuffer file, int offset, int length) throws DataFormatException {
        var packed = new byte[file.getInt(offset + 4)];
        file.get(offset + 8, packed);
        var sorted = new byte[length];
        if (packed.length == length) {
            return ByteBuffer.wrap(packed).order(ByteOrder.LITTLE_ENDIAN);
        }
        try (var inflater = new Inflater()) {
            inflater.setInput(packed);
            assertThat(inflater.inflate(sorted)).isEqualTo(length);
            assertThat(inflater.finished()).isTrue();
        }
        for (int i = 1; i < length; i++) {
            sorted[i] = (byte) (sorted[i] + sorted[i - 1] - 128);
        }
        var raw = new byte[length];
        for (int i = 0; i < length; i++) {
            raw[i] = sorted[i % 2 == 0 ? i / 2 : (length + 1) / 2 + i / 2];
        }
        return ByteBuffer.wrap(raw).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Test
    void png16IsInMillimetres() throws IOException {
        var files = new Png16Export().files(LayeredScene.of(PANORAMA), "a");
        var picture = ImageIO.read(new ByteArrayInputStream(only(files)));
        assertThat(picture.getRaster().getSampleModel().getSampleSize(0)).isEqualTo(16);
        for (int x = 0; x < 96; x++) {
            assertThat(picture.getRaster().getSample(x, 24, 0) / 1000.0)
                    .isCloseTo(1 / PANORAMA.inverseDepth(x, 24), within(0.0006));
        }
    }

    @Test
    void cubemapHasSixFacesWithDepth() throws IOException {
        var files = new CubemapExport().files(LayeredScene.of(PERSPECTIVE), "a");
        assertThat(files).hasSize(12).containsKeys("a-cubemap/px.png", "a-cubemap/nz-depth.png");
        for (var file : files.values()) {
            var picture = ImageIO.read(new ByteArrayInputStream(file));
            assertThat(picture.getWidth()).isEqualTo(picture.getHeight()).isEqualTo(256);
        }
    }

    @Test
    void theAnimationIsAWellFormedLoop() throws IOException {
        var file = only(new AnimationExport().files(LayeredScene.of(PERSPECTIVE), "a"));
        assertThat(ImageIO.read(new ByteArrayInputStream(file)).getWidth()).isEqualTo(480);
        var bytes = ByteBuffer.wrap(file);
        var types = new ArrayList<String>();
        int sequence = 0;
        for (int at = 8; at < file.length; at += 12 + bytes.getInt(at)) {
            var type = new String(file, at + 4, 4, StandardCharsets.US_ASCII);
            var crc = new CRC32();
            crc.update(file, at + 4, 4 + bytes.getInt(at));
            assertThat(bytes.getInt(at + 8 + bytes.getInt(at))).isEqualTo((int) crc.getValue());
            if (type.equals("fcTL") || type.equals("fdAT")) {
                assertThat(bytes.getInt(at + 8)).isEqualTo(sequence++);
            }
            types.add(type);
        }
        assertThat(types)
                .startsWith("IHDR", "acTL", "fcTL", "IDAT", "fcTL", "fdAT")
                .endsWith("IEND");
        assertThat(types.stream().filter("fcTL"::equals)).hasSize(24);
    }

    @Test
    void touchDesignersPageNamesTheFilesBesideIt() throws IOException {
        var files = new TouchDesignerExport().files(LayeredScene.of(PERSPECTIVE), "a");
        var page = text(files, "a-touchdesigner/README.md");
        assertThat(page)
                .contains("70x50", "60.0 degrees", "`mesh-foreground.png`")
                .doesNotContain("{");
        for (var file : List.of("mesh.obj", "points.ply", "rgbd.exr", "depth-mm.png", "rgb.png")) {
            assertThat(files).containsKey("a-touchdesigner/" + file);
            assertThat(page).contains("`" + file + "`");
        }
    }

    /** The contents of the one file. */
    private static byte[] only(Map<String, byte[]> files) {
        assertThat(files).hasSize(1);
        return files.values().iterator().next();
    }

    private static String text(Map<String, byte[]> files, String name) {
        return new String(files.getOrDefault(name, new byte[0]), StandardCharsets.UTF_8);
    }

    private static ByteBuffer vertices(byte[] ply, int each) {
        var text = new String(ply, 0, Math.min(ply.length, 1000), StandardCharsets.ISO_8859_1);
        var start = text.indexOf("end_header\n") + 11;
        var count = Integer.parseInt(text.replaceAll("(?s).*element vertex (\\d+).*", "$1"));
        assertThat(ply.length).isEqualTo(start + each * count);
        return ByteBuffer.wrap(ply, start, each * count).slice().order(ByteOrder.LITTLE_ENDIAN);
    }
}
