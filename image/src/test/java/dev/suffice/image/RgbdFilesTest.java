package dev.suffice.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.suffice.core.InvalidRequestException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RgbdFilesTest {
    @TempDir
    Path folder;

    private Path rgb = Path.of("");
    private Path sidecar = Path.of("");

    @BeforeEach
    void writeAPicture() throws IOException {
        var image = new RgbdImage(2, 1, new byte[6], new short[] {0, (short) 65535}, new DepthScale.Relative());
        rgb = Files.write(folder.resolve("a.b.png"), PngFiles.rgb(image, Map.of()));
        Files.write(folder.resolve("a.b-depth.png"), PngFiles.depth(image, Map.of()));
        sidecar = folder.resolve("a.b.json");
    }

    @Test
    void theSidecarSaysWhatDepthMeans() throws IOException {
        assertThat(RgbdFiles.read(rgb).depthScale()).isEqualTo(new DepthScale.Relative());
        Files.writeString(
                sidecar, "{\"depth_scale\":{\"encoding\":\"log\",\"near_metres\":0.3,\"far_metres\":100},\"more\":1}");
        assertThat(RgbdFiles.read(rgb).depthScale()).isEqualTo(new DepthScale.Logarithmic(0.3, 100));
        Files.writeString(sidecar, "{\"depth_scale\":{\"encoding\":\"relative\"}}");
        assertThat(RgbdFiles.read(rgb).depthScale()).isEqualTo(new DepthScale.Relative());
        Files.writeString(sidecar, "{}");
        assertThat(RgbdFiles.read(rgb).depthScale()).isEqualTo(new DepthScale.Relative());
    }

    @Test
    void aSidecarThatSaysNonsenseIsNamed() throws IOException {
        refused("{\"depth_scale\":{\"encoding\":\"linear\"}}")
                .hasMessage("sidecar %s: depth_scale.encoding \"linear\": must be relative or log", sidecar);
        refused("{\"depth_scale\":{\"encoding\":\"log\",\"near_metres\":\"x\",\"far_metres\":1}}")
                .hasMessage("sidecar %s: depth_scale.near_metres \"x\": must be a number of metres", sidecar);
        refused("{\"depth_scale\":{\"encoding\":\"log\",\"near_metres\":3,\"far_metres\":1}}")
                .hasMessage("depth range 3.0 to 1.0 metres: must be 0 < near < far");
        refused("{").hasMessageStartingWith("sidecar %s: cannot be read: ".formatted(sidecar));
        refused(" ".repeat((1 << 20) + 1)).hasMessage("sidecar %s: 1048577 bytes: must be at most 1048576", sidecar);
    }

    private org.assertj.core.api.AbstractThrowableAssert<?, ? extends Throwable> refused(String text)
            throws IOException {
        Files.writeString(sidecar, text);
        return assertThatThrownBy(() -> RgbdFiles.read(rgb)).isInstanceOf(InvalidRequestException.class);
    }
}
