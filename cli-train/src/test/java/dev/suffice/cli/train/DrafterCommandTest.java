package dev.suffice.cli.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.suffice.cli.Main;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** With a small model of random weights, for which drafts what it becomes with some noise. */
class DrafterCommandTest {
    private static final Path MODEL = Path.of(
            System.getProperty("suffice.home", "."),
            "language/src/test/resources/dev/suffice/language/models/llama-tied");

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(Object... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        var texts = java.util.Arrays.stream(arguments).map(Object::toString).toArray(String[]::new);
        return Main.commandLine(new PrintWriter(out, true), new PrintWriter(err, true))
                .execute(texts);
    }

    private Path noisy() throws IOException {
        var noisy = Files.createDirectory(folder.resolve("noisy"));
        try (var files = Files.list(MODEL)) {
            for (var file : files.toList()) {
                Files.copy(file, noisy.resolve(file.getFileName()));
            }
        }
        var file = noisy.resolve("model.safetensors");
        var bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        int header = (int) bytes.getLong();
        var tensor = JsonMapper.shared()
                .readTree(new String(bytes.array(), 8, header, StandardCharsets.UTF_8))
                .path("model.embed_tokens.weight")
                .path("data_offsets");
        var random = new Random(1);
        for (int at = tensor.path(0).intValue(); at < tensor.path(1).intValue(); at += Float.BYTES) {
            float value = bytes.getFloat(8 + header + at);
            bytes.putFloat(8 + header + at, (float) (value * (1 + 0.3 * random.nextGaussian())));
        }
        Files.write(file, bytes.array());
        return noisy;
    }

    @Test
    void whatIsTrainedDecidesHowFarIsDraftedAndNotWhatIsWritten() throws IOException {
        var noisy = noisy();
        var prompts = Files.writeString(
                folder.resolve("prompts.txt"),
                IntStream.range(0, 40)
                        .mapToObj(i -> "Number %d of the %s".formatted(i * i, i % 3 == 0 ? "self" : "foxes"))
                        .collect(Collectors.joining("\n", "", "\n\n")));
        var file = folder.resolve("disco.json");
        assertThat(run(
                        "train",
                        "drafter",
                        "--model",
                        MODEL,
                        "--draft",
                        noisy,
                        "--prompts",
                        prompts,
                        "--out",
                        file,
                        "--raw",
                        "--max-tokens",
                        80,
                        "--draft-tokens",
                        4))
                .as(err.toString())
                .isZero();
        assertThat(err.toString()).contains("40 of 40 prompts answered");
        assertThat(out.toString())
                .containsPattern("same_vocabulary; it has 100\\.0% of the model's tokens")
                .containsPattern("\\d+ tokens judged, \\d+\\.\\d% accepted; a drafted token costs 0?\\d?\\.\\d+ passes")
                .containsPattern("AUC 0\\.\\d+; with threshold 0\\.\\d+ \\d\\.\\d+ tokens in the time of a pass");

        assertThat(run("generate", "--raw", "--model", MODEL, "--speculate", "none", "Number 7"))
                .isZero();
        var plain = out.toString();
        assertThat(run(
                        "generate",
                        "--raw",
                        "--model",
                        MODEL,
                        "--speculate",
                        "draft=" + noisy,
                        "--draft-tokens",
                        "disco=" + file,
                        "Number 7"))
                .as(err.toString())
                .isZero();
        assertThat(out.toString()).isEqualTo(plain);
        assertThat(err.toString()).doesNotContain("of 0 drafted tokens");
        assertThat(run(
                        "generate",
                        "--raw",
                        "--model",
                        MODEL,
                        "--speculate",
                        "draft=" + noisy + ",slem",
                        "--draft-tokens",
                        "disco=" + file,
                        "Number 7"))
                .isEqualTo(2);
        assertThat(err.toString())
                .startsWith("suffice: draft tokens disco: was trained for " + noisy)
                .contains("by same_vocabulary, but this is " + noisy)
                .contains("by slem; train it anew");
    }

    @Test
    void aModelThatIsAlwaysRightTeachesNothing() throws IOException {
        var prompts = Files.writeString(folder.resolve("prompts.txt"), "a\nb\nc\nd\ne\n");
        assertThat(run(
                        "train",
                        "drafter",
                        "--model",
                        MODEL,
                        "--draft",
                        MODEL,
                        "--prompts",
                        prompts,
                        "--out",
                        folder.resolve("disco.json"),
                        "--raw",
                        "--max-tokens",
                        40))
                .isEqualTo(2);
        assertThat(err.toString()).contains("0 rejected tokens in the prompts that are");
        assertThat(folder.resolve("disco.json")).doesNotExist();
        var none = Files.writeString(folder.resolve("none.txt"), "\n \n");
        assertThat(run(
                        "train",
                        "drafter",
                        "--model",
                        MODEL,
                        "--draft",
                        MODEL,
                        "--prompts",
                        none,
                        "--out",
                        folder.resolve("disco.json")))
                .isEqualTo(2);
        assertThat(err.toString())
                .startsWith("suffice: prompts " + none + ": has none; give a few hundred, one a line");
    }
}
