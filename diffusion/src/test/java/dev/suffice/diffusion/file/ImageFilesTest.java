package dev.suffice.diffusion.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.suffice.core.ComputeReport;
import dev.suffice.core.StageReport;
import dev.suffice.core.SufficeException;
import dev.suffice.diffusion.DenoisingPasses;
import dev.suffice.diffusion.GeneratedImage;
import dev.suffice.diffusion.Recipe;
import dev.suffice.diffusion.StepChoice;
import dev.suffice.image.DepthScale;
import dev.suffice.image.FileSet;
import dev.suffice.image.PngFiles;
import dev.suffice.image.RgbdFiles;
import dev.suffice.image.RgbdImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

class ImageFilesTest {
    @TempDir
    Path folder;

    @Test
    void writesPictureDepthAndSidecar() throws IOException {
        var files = ImageFiles.write(folder, result("A red sofa, bright & caf\u00e9!"));
        assertThat(files.rgb())
                .isEqualTo(folder.resolve("a-red-sofa-bright-cafe-7.png"))
                .exists();
        assertThat(files.depth())
                .isEqualTo(folder.resolve("a-red-sofa-bright-cafe-7-depth.png"))
                .exists();
        var json = JsonMapper.shared().readTree(files.sidecar().toFile());
        assertThat(json.path("rgb").asString()).isEqualTo("a-red-sofa-bright-cafe-7.png");
        assertThat(json.path("prompt").asString()).isEqualTo("A red sofa, bright & caf\u00e9!");
        assertThat(json.path("seed").asLong()).isEqualTo(7);
        assertThat(json.path("compute").path("saved").asDouble()).isEqualTo(0.75);
        assertThat(json.path("compute").path("energy_joules").isNull()).isTrue();
        var inside = JsonMapper.shared().readTree(PngFiles.text(files.rgb()).get(ImageFiles.RECIPE));
        assertThat(inside.path("scheduler").asString()).isEqualTo("DDIMScheduler");
        assertThat(inside.path("steps").asInt()).isEqualTo(25);
    }

    @Test
    void neverOverwrites() {
        var first = ImageFiles.write(folder, result("sofa"));
        var second = ImageFiles.write(folder, result("sofa"));
        assertThat(second.rgb()).isEqualTo(folder.resolve("sofa-7-2.png"));
        assertThat(first.rgb()).exists();
    }

    @Test
    void namesAreSafe() {
        assertThat(ImageFiles.name("../../etc/passwd", 1)).isEqualTo("etc-passwd-1");
        assertThat(ImageFiles.name("", 2)).isEqualTo("image-2");
        assertThat(ImageFiles.name("!!!", 2)).isEqualTo("image-2");
        assertThat(ImageFiles.name("x".repeat(500), 3)).hasSize(62);
        assertThat(ImageFiles.name("\u8d64".repeat(500), 3)).isEqualTo("\u8d64".repeat(60) + "-3");
    }

    @Test
    @EnabledOnOs(OS.LINUX) // /dev/full: every write fails as on a full disk
    void leavesNothingWhenTheDiskIsFull() throws IOException {
        var full = new FileSet(target -> {
            var name = target.resolveSibling("." + target.getFileName() + ".part");
            if (target.toString().endsWith("-depth.png")) {
                try {
                    Files.createSymbolicLink(name, Path.of("/dev/full"));
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            }
            return name;
        });
        assertThatThrownBy(() -> ImageFiles.write(folder, result("sofa"), full))
                .isInstanceOf(SufficeException.class)
                .hasMessage(
                        "cannot write %s: No space left on device; free space there or choose another folder with --out",
                        folder.resolve("sofa-7.png"));
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void saysThatAFolderCannotBeWritten() throws IOException {
        var file = Files.writeString(folder.resolve("file"), "not a folder");
        assertThatThrownBy(() -> ImageFiles.prepare(file.resolve("out")))
                .isInstanceOf(SufficeException.class)
                .hasMessageStartingWith("output folder %s: cannot be written: ".formatted(file.resolve("out")))
                .hasMessageEndingWith("; choose another with --out");
        assertThat(ImageFiles.prepare(folder.resolve("a/b"))).isEmptyDirectory();
    }

    @Test
    void readsBackWhatItWrote() {
        var result = result("sofa");
        var files = ImageFiles.write(folder, result);
        assertThat(RgbdFiles.read(files.rgb()).depth(1, 1))
                .isEqualTo(result.image().depth(1, 1));
        assertThatThrownBy(() -> RgbdFiles.read(files.depth()))
                .hasMessageContaining(
                        "its depth map %s does not exist".formatted(folder.resolve("sofa-7-depth-depth.png")));
    }

    private static GeneratedImage result(String prompt) {
        var image = new RgbdImage(
                2, 2, new byte[12], new short[] {1, 2, 3, (short) 0xfffe}, new DepthScale.Logarithmic(0.3, 100));
        var recipe = new Recipe(
                prompt,
                "",
                "places",
                "DDIMScheduler",
                25,
                4,
                0.7,
                0,
                7,
                2,
                2,
                false,
                1,
                OptionalDouble.empty(),
                "onnxruntime");
        var unet = new StageReport("u-net", 50, 100, 250, 1000, Duration.ofMillis(900));
        return new GeneratedImage(
                image,
                recipe,
                new DenoisingPasses(
                        new StepChoice(25, List.of(), StepChoice.Source.REQUESTED, "", Optional.empty()), 50, 50),
                new ComputeReport(
                        "50 steps with guidance",
                        List.of(unet),
                        List.of(),
                        Duration.ofSeconds(1),
                        OptionalLong.empty(),
                        OptionalDouble.empty()));
    }
}
