package dev.suffice.depthfusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.suffice.core.InvalidRequestException;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SceneSourceTest {
    private static final String SIDECAR = """
            {"prompt": "a red sofa", "seed": 7, "scheduler": "DDIMScheduler", "steps": 25, "panorama": %s,
             "depth_scale": {"encoding": "log", "near_metres": 0.5, "far_metres": 50}, "compute": {"flops": 1}}""";

    @TempDir
    Path folder;

    @Test
    void readsAResultWithItsSidecar() throws IOException {
        var picture = pair("a", 64, 32, 1000);
        Files.writeString(folder.resolve("a.json"), SIDECAR.formatted("true"));
        var scene = SceneSource.of(picture).read();
        assertThat(scene.projection()).isEqualTo(new Projection.Equirectangular());
        assertThat(scene.metric()).isTrue();
        assertThat(scene.mapping()).isEqualTo(new DepthMapping.Logarithmic(0.5, 50));
        assertThat(scene.provenance().title()).isEqualTo("a red sofa");
        assertThat(scene.provenance().seed()).hasValue(7);
        assertThat(scene.provenance().steps()).hasValue(25);
        assertThat(scene.provenance().compute().orElseThrow().path("flops").asInt())
                .isEqualTo(1);
        assertThat(scene.image().depth(3, 3)).isEqualTo(1000);

        Files.writeString(folder.resolve("a.json"), SIDECAR.formatted("false"));
        assertThat(SceneSource.of(picture).read().projection()).isEqualTo(new Projection.Perspective(60, 2));
    }

    @Test
    void withoutASidecarTheShapeDecides() throws IOException {
        assertThat(SceneSource.of(pair("wide", 64, 32, 1)).read().projection())
                .isEqualTo(new Projection.Equirectangular());
        var scene = SceneSource.of(pair("square", 32, 32, 1)).read();
        assertThat(scene.projection()).isEqualTo(new Projection.Perspective(60, 1));
        assertThat(scene.metric()).isFalse();
        assertThat(scene.mapping()).isEqualTo(DepthMapping.relative());
        assertThat(scene.provenance()).isEqualTo(Provenance.titled("square"));
    }

    @Test
    void readsDepthInTheSamePictureAndTheOtherWayRound() throws IOException {
        var both = new BufferedImage(40, 20, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < 400; i++) {
            both.setRGB(i % 20, i / 20, 0x102030);
            both.setRGB(20 + i % 20, i / 20, 0x404040);
        }
        ImageIO.write(both, "png", folder.resolve("both.png").toFile());
        var scene = with(DepthLayout.SIDE_BY_SIDE, DepthDirection.FARTHER, OptionalDouble.of(2), OptionalDouble.of(6))
                .read();
        assertThat(scene.image().width()).isEqualTo(20);
        assertThat(scene.image().rgb(19, 19)).isEqualTo(0x102030);
        assertThat(scene.image().depth(0, 0)).isEqualTo(65535 - 0x40 * 257);
        // a quarter of the way from near to far
        assertThat(1 / scene.inverseDepth(0, 0)).isCloseTo(2 + 4 * 64 / 255.0, within(1e-3));
        assertThat(scene.metric()).isTrue();
        var stacked = with(
                        DepthLayout.TOP_BOTTOM, DepthDirection.NEARER, OptionalDouble.empty(), OptionalDouble.empty())
                .read();
        assertThat(stacked.image().height()).isEqualTo(10);
        assertThat(stacked.image().width()).isEqualTo(40);
    }

    @Test
    void aSmallerDepthMapIsStretched() throws IOException {
        var picture = pair("a", 64, 48, 7);
        ImageIO.write(grey(32, 24, 5000), "png", folder.resolve("small.png").toFile());
        var scene = new SceneSource(
                        picture,
                        Optional.of(folder.resolve("small.png")),
                        DepthLayout.SEPARATE,
                        DepthDirection.NEARER,
                        ProjectionChoice.AUTO,
                        OptionalDouble.empty(),
                        OptionalDouble.empty(),
                        OptionalDouble.empty())
                .read();
        assertThat(scene.image().depth(63, 47)).isEqualTo(5000);
    }

    @Test
    void errorsNameTheFileAndTheRemedy() throws IOException {
        var alone = folder.resolve("alone.png");
        ImageIO.write(grey(8, 8, 1), "png", alone.toFile());
        assertThatThrownBy(() -> SceneSource.of(alone).read())
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage(
                        "image %s: has no depth map, and %s does not exist; name one with --depth FILE, or use --layout if it is in the same picture"
                                .formatted(alone, folder.resolve("alone-depth.png")));
        ImageIO.write(grey(8, 4, 1), "png", folder.resolve("alone-depth.png").toFile());
        assertThatThrownBy(() -> SceneSource.of(alone).read())
                .hasMessage("depth map %s is 8x4: must have the shape of the image %s, 8x8"
                        .formatted(folder.resolve("alone-depth.png"), alone));
        assertThatThrownBy(() -> SceneSource.of(folder.resolve("no.png")).read())
                .hasMessage("image %s: no such file".formatted(folder.resolve("no.png")));
        var one = pair("one", 1, 1, 1);
        assertThatThrownBy(() -> SceneSource.of(one).read())
                .hasMessage("image of 1x1 pixels: must be at least 2x2 to have a surface");
        var text = Files.writeString(folder.resolve("text.png"), "no picture");
        Files.writeString(folder.resolve("text-depth.png"), "no picture");
        assertThatThrownBy(() -> SceneSource.of(text).read())
                .hasMessage("image %s: not a picture that can be read; use PNG or JPEG".formatted(text));
        var picture = pair("s", 8, 8, 1);
        Files.writeString(folder.resolve("s.json"), SIDECAR.formatted("true"));
        assertThatThrownBy(() -> SceneSource.of(picture).read())
                .hasMessage(
                        "panorama %s is 8x8: must be twice as wide as high; use --projection perspective if it is not a panorama"
                                .formatted(picture));
        assertThatThrownBy(() -> new DepthMapping.Logarithmic(Double.NaN, 3))
                .hasMessage("depth range NaN to 3.0 metres: must be 0.001 <= near < far <= 100000");
        assertThatThrownBy(() -> new DepthMapping.Disparity(2, Double.POSITIVE_INFINITY))
                .hasMessage("depth range 2.0 to Infinity metres: must be 0.001 <= near < far <= 100000");
        assertThatThrownBy(() -> new Projection.Perspective(180, 1))
                .hasMessage("field of view 180.0: must be between 1 and 170 degrees");
    }

    @Test
    void pictureBombsAreRefusedBeforeTheyAreDecoded() throws IOException {
        var picture = pair("bomb", 8, 8, 1);
        var bytes = Files.readAllBytes(picture);
        // the size in the header chunk, and the chunk's checksum
        var header = ByteBuffer.wrap(bytes).putInt(16, 60_000).putInt(20, 60_000);
        var crc = new CRC32();
        crc.update(bytes, 12, 17);
        header.putInt(29, (int) crc.getValue());
        Files.write(picture, bytes);
        assertThatThrownBy(() -> SceneSource.of(picture).read())
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("image %s is 60000x60000: must have at most 67108864 pixels".formatted(picture));
        Files.write(picture, Arrays.copyOf(bytes, 40));
        assertThatThrownBy(() -> SceneSource.of(picture).read())
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageStartingWith("image " + picture);
    }

    @Test
    void damagedSidecarsAreNamed() throws IOException {
        var picture = pair("a", 8, 8, 1);
        var sidecar = folder.resolve("a.json");
        Files.writeString(sidecar, "{\"depth_scale\": ");
        assertThatThrownBy(() -> SceneSource.of(picture).read())
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageStartingWith("sidecar %s: cannot be read".formatted(sidecar));
        Files.writeString(sidecar, """
                {"depth_scale": {"encoding": "log", "near_metres": 1e999, "far_metres": 2}}""");
        assertThatThrownBy(() -> SceneSource.of(picture).read()).isInstanceOf(InvalidRequestException.class);
        Files.writeString(sidecar, "[1, 2]");
        assertThat(SceneSource.of(picture).read().provenance()).isEqualTo(Provenance.titled("a"));
        Files.writeString(sidecar, """
                {"prompt": 7, "seed": 1e40, "steps": "many", "panorama": "yes", "compute": []}""");
        var scene = SceneSource.of(picture).read();
        assertThat(scene.provenance().seed()).isEmpty();
        assertThat(scene.provenance().steps()).isEmpty();
        assertThat(scene.provenance().compute()).isEmpty();
    }

    @Test
    void layoutsNeedHalves() throws IOException {
        ImageIO.write(grey(9, 8, 1), "png", folder.resolve("both.png").toFile());
        assertThatThrownBy(() -> with(
                                DepthLayout.SIDE_BY_SIDE,
                                DepthDirection.NEARER,
                                OptionalDouble.empty(),
                                OptionalDouble.empty())
                        .read())
                .hasMessage("image %s: 9 pixels do not divide into two halves, as the layout side-by-side needs"
                        .formatted(folder.resolve("both.png")));
        assertThatThrownBy(() -> new SceneSource(
                        Path.of("a.png"),
                        Optional.of(Path.of("b.png")),
                        DepthLayout.TOP_BOTTOM,
                        DepthDirection.NEARER,
                        ProjectionChoice.AUTO,
                        OptionalDouble.empty(),
                        OptionalDouble.empty(),
                        OptionalDouble.empty()))
                .hasMessage(
                        "depth map b.png: must not be given with the layout top-bottom, whose depth is in the picture");
    }

    @Test
    void aFolderGivesItsNewestResultFirst() throws IOException {
        assertThatThrownBy(() -> Results.in(folder))
                .hasMessage(
                        "folder %s: has no picture NAME.png with its depth map NAME-depth.png; make one with ./suffice imagine"
                                .formatted(folder));
        var old = pair("old", 8, 8, 1);
        var recent = pair("new", 8, 8, 1);
        Files.setLastModifiedTime(old, FileTime.fromMillis(1000));
        Files.setLastModifiedTime(recent, FileTime.fromMillis(2000));
        assertThat(Results.in(folder)).containsExactly(recent, old);
    }

    private SceneSource with(DepthLayout layout, DepthDirection direction, OptionalDouble near, OptionalDouble far) {
        return new SceneSource(
                folder.resolve("both.png"),
                Optional.empty(),
                layout,
                direction,
                ProjectionChoice.PERSPECTIVE,
                OptionalDouble.empty(),
                near,
                far);
    }

    private Path pair(String name, int width, int height, int depth) throws IOException {
        var picture = folder.resolve(name + ".png");
        ImageIO.write(new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB), "png", picture.toFile());
        ImageIO.write(
                grey(width, height, depth),
                "png",
                folder.resolve(name + "-depth.png").toFile());
        return picture;
    }

    private static BufferedImage grey(int width, int height, int value) {
        var picture = new BufferedImage(width, height, BufferedImage.TYPE_USHORT_GRAY);
        for (int i = 0; i < width * height; i++) {
            picture.getRaster().setSample(i % width, i / width, 0, value);
        }
        return picture;
    }
}
