package dev.suffice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

class ModelsQuantizeCommandTest {
    private static final String MODEL = Path.of(
                    System.getProperty("suffice.home", "."),
                    "language/src/test/resources/dev/suffice/language/models/qwen2")
            .toString();

    private static final String IMAGES = Path.of(
                    System.getProperty("suffice.home", "."), "models/src/test/resources/goldens/ldm3d/tiny-ldm3d-4c")
            .toString();

    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... more) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        var arguments = new ArrayList<>(List.of("models", "quantize"));
        arguments.addAll(List.of(more));
        return Main.commandLine(new PrintWriter(out, true), new PrintWriter(err, true))
                .execute(arguments.toArray(String[]::new));
    }

    @Test
    void aSmallerModelIsWrittenAndCompared() {
        var small = folder.resolve("small");
        assertThat(run(MODEL, "--bits", "8", "--out", small.toString()))
                .as(err.toString())
                .isZero();
        assertThat(out.toString())
                .matches(
                        "(?s)\\Q%s\\E\\Rsize +[0-9.]+ kB before, [0-9.]+ kB after \\(\\d\\d %%\\)\\RKL divergence +0\\.\\d{4} nats in the mean of \\d{3} tokens, \\d\\.\\d{4} at most\\Rsame top token +\\d+\\.\\d %% of the tokens\\R"
                                .formatted(small));
        assertThat(Main.commandLine(new PrintWriter(out, true), new PrintWriter(err, true))
                        .execute("generate", "Hi", "--model", small.toString(), "--max-tokens", "5"))
                .as(err.toString())
                .isZero();
        assertThat(Main.commandLine(new PrintWriter(out, true), new PrintWriter(err, true))
                        .execute("models", "info", small.toString()))
                .isZero();
        assertThat(out.toString()).containsPattern("weights +suffice, 8 bits");
    }

    @Test
    void theTextMayBeOnesOwn() throws IOException {
        var text = Files.writeString(folder.resolve("text.txt"), "The quick brown fox.");
        assertThat(run(
                        MODEL,
                        "--bits",
                        "4",
                        "--block",
                        "64",
                        "--out",
                        folder.resolve("small").toString(),
                        "--text",
                        text.toString(),
                        "--json"))
                .as(err.toString())
                .isZero();
        var report = JsonMapper.shared().readTree(out.toString());
        assertThat(report.path("bits").intValue()).isEqualTo(4);
        assertThat(report.path("block").intValue()).isEqualTo(64);
        assertThat(report.path("tokens").intValue()).isBetween(4, 20);
        assertThat(report.path("bytes_after").longValue())
                .isPositive()
                .isLessThan(report.path("bytes_before").longValue() / 2);
        assertThat(report.path("mean_kl").doubleValue())
                .isPositive()
                .isLessThanOrEqualTo(report.path("max_kl").doubleValue());
        assertThat(report.path("top_token_agreement").doubleValue()).isBetween(0.0, 1.0);
    }

    @Test
    void whatIsWrongIsSaid() throws IOException {
        var small = folder.resolve("small").toString();
        wrong("suffice: 5 bits: must be 4 or 8", MODEL, "--bits", "5", "--out", small);
        wrong(
                "suffice: blocks of 48 numbers: must be 32, 64, 128 or 256",
                MODEL,
                "--bits",
                "4",
                "--block",
                "48",
                "--out",
                small);
        wrong(
                "suffice: text nowhere: cannot be read as UTF-8:",
                MODEL,
                "--bits",
                "4",
                "--out",
                small,
                "--text",
                "nowhere");
        Files.writeString(folder.resolve("mine.txt"), "mine");
        wrong(
                "suffice: folder %s: is there already;".formatted(folder),
                MODEL,
                "--bits",
                "4",
                "--out",
                folder.toString());
        wrong("suffice: model nowhere:", "nowhere", "--bits", "4", "--out", small);
        assertThat(Path.of(small)).doesNotExist();
    }

    private void wrong(String message, String... arguments) {
        assertThat(run(arguments)).isEqualTo(2);
        assertThat(err.toString()).startsWith(message);
    }

    @Test
    void aModelOfImagesIsWrittenAndComparedByItsPictures() throws IOException {
        var small = folder.resolve("small");
        var prompts = Files.writeString(folder.resolve("prompts.txt"), "a red sofa\n\n  a lake  \n");
        assertThat(run(
                        IMAGES,
                        "--bits",
                        "8",
                        "--out",
                        small.toString(),
                        "--prompts",
                        prompts.toString(),
                        "--steps",
                        "3",
                        "--json"))
                .as(err.toString())
                .isZero();
        var report = JsonMapper.shared().readTree(out.toString());
        assertThat(report.path("bytes_after").longValue())
                .isPositive()
                .isLessThan(report.path("bytes_before").longValue());
        for (var network : report.path("networks")) {
            assertThat(network.path("quantised_layers").intValue()).isGreaterThan(5);
            assertThat(network.path("error").doubleValue()).isBetween(1e-6, 0.03);
        }
        assertThat(report.path("pictures").intValue()).isEqualTo(7);
        assertThat(report.path("rgb_ssim").doubleValue()).isBetween(0.9, 0.99999);
        assertThat(report.path("speed_up").doubleValue()).isPositive();
        var picture = folder.resolve("picture.png");
        assertThat(Main.commandLine(new PrintWriter(out, true), new PrintWriter(err, true))
                        .execute(
                                "imagine",
                                "a red sofa",
                                "--model",
                                small.toString(),
                                "--steps",
                                "3",
                                "--out",
                                picture.toString()))
                .as(err.toString())
                .isZero();
        assertThat(picture).exists();
        assertThat(run(IMAGES, "--bits", "8", "--out", small.toString())).isEqualTo(2);
        assertThat(err.toString()).contains("is not empty");
    }

    @Test
    void whatCameOfItIsSaidInWords() throws IOException {
        var small = folder.resolve("small");
        assertThat(run(
                        IMAGES,
                        "--bits",
                        "8",
                        "--out",
                        small.toString(),
                        "--prompts",
                        Files.writeString(folder.resolve("p"), "a").toString(),
                        "--steps",
                        "1"))
                .as(err.toString())
                .isZero();
        assertThat(out.toString())
                .containsPattern("(?m)^unet +\\d+ of \\d+ layers have 8 bits, its outputs differ by \\d\\.\\d %")
                .containsPattern(
                        "(?m)^pictures +SSIM to the original's \\d\\.\\d{3} in colour, \\d\\.\\d{3} in depth, in the mean of 7$")
                .containsPattern(
                        "(?m)^a picture +\\d+\\.\\d\\d s instead of \\d+\\.\\d\\d, \\d+\\.\\d\\d times as fast$");
    }

    @Test
    void optionsOfTheOtherKindOfModelAreRefused() throws IOException {
        var out = folder.resolve("small").toString();
        assertThat(run(IMAGES, "--bits", "4", "--out", out)).isEqualTo(2);
        assertThat(err.toString()).contains("--bits 8");
        assertThat(run(IMAGES, "--bits", "8", "--block", "64", "--out", out)).isEqualTo(2);
        assertThat(run(MODEL, "--bits", "8", "--steps", "4", "--out", out)).isEqualTo(2);
        assertThat(err.toString()).contains("is a language model");
        var empty = Files.writeString(folder.resolve("empty.txt"), "\n");
        assertThat(run(IMAGES, "--bits", "8", "--out", out, "--prompts", empty.toString()))
                .isEqualTo(2);
        assertThat(err.toString()).contains("has none; give some, one a line");
        assertThat(run(IMAGES, "--bits", "8", "--out", out, "--tolerance", "2")).isEqualTo(2);
        assertThat(err.toString()).contains("tolerance 2.0: must be above 0");
        assertThat(folder.resolve("small")).doesNotExist();
    }
}
