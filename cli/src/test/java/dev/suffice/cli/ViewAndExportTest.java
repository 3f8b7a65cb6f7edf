package dev.suffice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

class ViewAndExportTest {
    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void picture() throws IOException {
        var depth = new BufferedImage(32, 16, BufferedImage.TYPE_USHORT_GRAY);
        for (int i = 0; i < 32 * 16; i++) {
            depth.getRaster().setSample(i % 32, i / 32, 0, i % 32 < 12 ? 60000 : 20000);
        }
        ImageIO.write(
                new BufferedImage(32, 16, BufferedImage.TYPE_INT_RGB),
                "png",
                folder.resolve("a.png").toFile());
        ImageIO.write(depth, "png", folder.resolve("a-depth.png").toFile());
    }

    @Test
    void viewWritesAPageThatNeedsNothingElse() throws IOException {
        assertThat(run("view", folder.toString(), "--no-open", "--json")).isZero();
        var page = folder.resolve("a.html");
        var report = JsonMapper.shared().readTree(out.toString()).path("pages").get(0);
        assertThat(report.path("page").asString()).isEqualTo(page.toString());
        assertThat(report.path("triangles").asInt()).isPositive();
        assertThat(Files.readString(page))
                .contains("id=\"suffice-scene\"", "id=\"suffice-glb\"")
                .doesNotContain("suffice:inline", "suffice:scene");
        assertThat(err.toString()).isEmpty();
        assertThat(folder).isDirectoryNotContaining("glob:**.part");
    }

    @Test
    void viewTakesTheFolderOrTheFileOfThePage() {
        assertThat(run(
                        "view",
                        folder.resolve("a.png").toString(),
                        "--no-open",
                        "--out",
                        folder.resolve("b/c").toString()))
                .isZero();
        assertThat(folder.resolve("b/c/a.html")).exists();
        assertThat(run(
                        "view",
                        folder.toString(),
                        "--no-open",
                        "--out",
                        folder.resolve("d.html").toString()))
                .isZero();
        assertThat(folder.resolve("d.html")).exists();
    }

    @Test
    void exportWritesEveryFormatAskedFor() {
        assertThat(run("export", folder.toString(), "--format", "glb", "--json"))
                .isZero();
        var files = JsonMapper.shared().readTree(out.toString()).path("files");
        assertThat(files.get(0).path("format").asString()).isEqualTo("glb");
        assertThat(files.get(0).path("file").asString())
                .isEqualTo(folder.resolve("a.glb").toString());
        assertThat(folder.resolve("a.glb")).exists();
    }

    @Test
    void wrongRequestsAreNamed() {
        assertThat(run("export", folder.toString(), "--format", "glb,nothing")).isEqualTo(2);
        assertThat(err.toString())
                .contains(
                        "format nothing: must be one of glb, obj, ply, splat, exr, png16, cubemap, animation, touchdesigner");
        assertThat(folder.resolve("a.glb")).doesNotExist();
        assertThat(run("export", folder.toString())).isEqualTo(2);
        assertThat(err.toString()).contains("no format: say which with --format");
        assertThat(run("view", folder.resolve("nowhere").toString())).isEqualTo(2);
        assertThat(err.toString())
                .contains(folder.resolve("nowhere")
                        + ": no such picture or folder; make a picture with ./suffice imagine");
        assertThat(run("view", folder.toString(), "--layout", "diagonal")).isEqualTo(2);
        assertThat(err.toString()).contains("--layout diagonal: must be one of separate, side-by-side, top-bottom");
        assertThat(run("view", folder.resolve("a.png").toString(), "--all")).isEqualTo(2);
        assertThat(err.toString()).contains("must go with a folder");
        assertThat(run("view", folder.toString(), "--near", "9", "--far", "3", "--no-open"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("depth range 9.0 to 3.0 metres: must be 0.001 <= near < far <= 100000");
    }

    @Test
    void numbersThatAreNoneAreRefused() {
        assertThat(run("view", folder.toString(), "--near", "NaN", "--no-open")).isEqualTo(2);
        assertThat(err.toString()).contains("depth range NaN to 12.0 metres: must be");
        assertThat(run("view", folder.toString(), "--projection", "perspective", "--fov", "Infinity", "--no-open"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("field of view Infinity: must be between 1 and 170 degrees");
        assertThat(folder.resolve("a.html")).doesNotExist();
    }

    @Test
    void aSurroundedPictureIsAllAround() {
        assertThat(run("export", folder.toString(), "--projection", "perspective", "--surround", "--format", "png16"))
                .isZero();
        assertThat(folder.resolve("a-depth-mm.png")).exists();
    }

    @Test
    void withoutADesktopItSaysWhereThePageLies() {
        new Browser(Map.of(), "Linux").open(folder.resolve("a.html").toUri(), new PrintWriter(err, true));
        assertThat(err.toString().strip())
                .isEqualTo("suffice: there is no desktop here; open %s in a browser"
                        .formatted(folder.resolve("a.html").toUri()));
    }

    @Test
    void eachDesktopHasItsOwnCommand() throws IOException {
        var page = folder.resolve("a.html").toUri();
        assertThat(new Browser(Map.of(), "Mac OS X").command(page)).hasValue(List.of("open", page.toString()));
        assertThat(new Browser(Map.of(), "Windows 11").command(page).orElseThrow())
                .startsWith("rundll32");
        var opener = Files.createFile(folder.resolve("xdg-open"));
        assertThat(opener.toFile().setExecutable(true)).isTrue();
        var environment = Map.of("DISPLAY", ":0", "PATH", "/nowhere" + File.pathSeparator + folder);
        assertThat(new Browser(environment, "Linux").command(page))
                .hasValue(List.of(opener.toString(), page.toString()));
    }

    private int run(String... arguments) {
        return Main.commandLine(new PrintWriter(out, true), new PrintWriter(err, true))
                .execute(arguments);
    }
}
