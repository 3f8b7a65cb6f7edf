package dev.suffice.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PngFilesTest {
    @TempDir
    Path folder;

    @Test
    void picturesDepthAndTextSurvive() throws IOException {
        var image = random(37, 23);
        var text = Map.of(
                "suffice",
                "{\"prompt\":\"ein rotes Sofa \u2013 \u8d64\u3044\u30bd\u30d5\u30a1\"}",
                "Title",
                "caf\u00e9");
        var rgb = Files.write(folder.resolve("a.png"), PngFiles.rgb(image, text));
        var depth = Files.write(folder.resolve("a-depth.png"), PngFiles.depth(image, text));

        var back = PngFiles.read(rgb, depth, new DepthScale.Relative());
        for (int y = 0; y < 23; y++) {
            for (int x = 0; x < 37; x++) {
                assertThat(back.rgb(x, y)).isEqualTo(image.rgb(x, y));
                assertThat(back.depth(x, y)).isEqualTo(image.depth(x, y));
            }
        }
        assertThat(PngFiles.text(rgb)).isEqualTo(text);
        assertThat(PngFiles.text(depth)).isEqualTo(text);
        assertThat(ImageIO.read(depth.toFile()).getSampleModel().getSampleSize())
                .containsExactly(16);
        assertThat(ImageIO.read(rgb.toFile()).getSampleModel().getSampleSize()).containsExactly(8, 8, 8);
    }

    @Test
    void namesTheFileThatCannotBeRead() throws IOException {
        var rgb = Files.write(folder.resolve("a.png"), PngFiles.rgb(random(8, 8), Map.of()));
        var depth = Files.write(folder.resolve("d.png"), PngFiles.depth(random(8, 9), Map.of()));
        var text = Files.writeString(folder.resolve("text.png"), "no picture");
        var missing = folder.resolve("missing.png");
        var cut = Files.write(folder.resolve("cut.png"), java.util.Arrays.copyOf(Files.readAllBytes(rgb), 60));
        var scale = new DepthScale.Relative();
        assertThatThrownBy(() -> PngFiles.read(rgb, depth, scale))
                .hasMessage("depth map %s is 8x9: must be as large as the image %s, 8x8", depth, rgb);
        assertThatThrownBy(() -> PngFiles.read(text, depth, scale))
                .hasMessage("image %s: not a picture that can be read; use PNG or JPEG", text);
        assertThatThrownBy(() -> PngFiles.read(missing, depth, scale)).hasMessage("image %s: no such file", missing);
        assertThatThrownBy(() -> PngFiles.read(cut, depth, scale))
                .hasMessageStartingWith("image %s: cannot be read: ".formatted(cut));
    }

    @Test
    void resizingKeepsMeansAndSixteenBits() {
        var image = random(64, 32);
        var half = image.resized(32, 16);
        assertThat(mean(half)).isCloseTo(mean(image), org.assertj.core.data.Offset.offset(600.0));
        var ramp = new short[16];
        for (int i = 0; i < 16; i++) {
            ramp[i] = (short) (1000 + 3 * i);
        }
        var wide = new RgbdImage(16, 1, new byte[48], ramp, new DepthScale.Relative()).resized(32, 1);
        assertThat(wide.depth(9, 0)).isEqualTo(1000 + 3 * 4 + 1); // at 4.25: below what 8 bits could tell
        assertThat(image.resized(64, 32)).isSameAs(image);
    }

    private static double mean(RgbdImage image) {
        double sum = 0;
        for (int y = 0; y < image.height(); y++) {
            for (int x = 0; x < image.width(); x++) {
                sum += image.depth(x, y);
            }
        }
        return sum / (image.width() * image.height());
    }

    private static RgbdImage random(int width, int height) {
        var random = new SplittableRandom(1);
        var rgb = new byte[3 * width * height];
        random.nextBytes(rgb);
        var depth = new short[width * height];
        for (int i = 0; i < depth.length; i++) {
            depth[i] = (short) random.nextInt();
        }
        return new RgbdImage(width, height, rgb, depth, new DepthScale.Relative());
    }
}
