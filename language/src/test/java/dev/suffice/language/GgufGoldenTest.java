package dev.suffice.language;

import static org.assertj.core.api.Assertions.assertThat;

import dev.suffice.engine.Engine;
import dev.suffice.engine.Engines;
import dev.suffice.engine.SessionOptions;
import dev.suffice.models.decoder.Decoders;
import dev.suffice.models.folder.Config;
import dev.suffice.models.gguf.GgufFile;
import dev.suffice.models.gguf.GgufImport;
import dev.suffice.models.gguf.GgufTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/**
 * Published GGUF models with what llama.cpp made of them: every JSON file in the folder that the system property {@code suffice.goldens.gguf} names. The models are
 * looked for in {@code suffice.models} and among the machine's Python packages.
 */
@ParameterizedClass
@MethodSource("engines")
class GgufGoldenTest {
    /**
     * Both sides round activations to 8 bits, each in its own way, so that logits differ by some tenths; where llama.cpp's best two tokens are closer than this,
     * either may be chosen.
     */
    private static final double MARGIN = 0.8;

    @TempDir
    private static Path imported;

    private final Engine engine;

    GgufGoldenTest(Engine engine) {
        this.engine = engine;
    }

    static List<Engine> engines() {
        return Engines.available();
    }

    static Stream<Path> cases() throws IOException {
        var given = System.getProperty("suffice.goldens.gguf", "");
        var root = given.isEmpty() ? TestModels.resource("gguf") : Path.of(given);
        try (var files = Files.list(root)) {
            return files.filter(file -> file.toString().endsWith(".json")).sorted().toList().stream();
        }
    }

    private static int[] ids(JsonNode list) {
        return list.valueStream().mapToInt(JsonNode::intValue).toArray();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void tokensAndAnswersAreThoseOfLlamaCpp(Path file) {
        var golden = Config.read(file);
        var model = TestModels.gguf(golden.text("model", ""));
        Assumptions.assumeTrue(model.isPresent(), golden.text("model", "") + " is not on this machine");
        var gguf = GgufFile.read(model.get());
        var folder = imported.resolve("model");
        GgufImport.write(gguf, folder);
        try (var tokenizer = GgufTokenizer.open(gguf);
                var session = DecoderSession.open(Decoders.open(folder), 1024, engine, SessionOptions.defaults())) {
            for (var run : golden.json().path("runs")) {
                var prompt = ids(run.path("input_ids"));
                assertThat(tokenizer.encode(run.path("prompt").stringValue(), false))
                        .isEqualTo(prompt);
                compare(session, prompt, run.path("llamacpp"));
            }
        }
    }

    /** llama.cpp's tokens are given to the model, so that one token that differs does not hide those behind it. */
    private static void compare(DecoderSession session, int[] prompt, JsonNode expected) {
        var greedy = ids(expected.path("greedy"));
        try (var text = session.text()) {
            var next = text.read(prompt, 1)[0];
            var top = expected.path("top10_after_prompt");
            for (int i = 0; i < 3; i++) {
                assertThat((double) next[top.path(i).path(0).intValue()])
                        .isCloseTo(top.path(i).path(1).doubleValue(), org.assertj.core.api.Assertions.within(MARGIN));
            }
            for (int i = 0; i < greedy.length; i++) {
                if (Logits.argMax(next) != greedy[i]) {
                    assertThat(expected.path("margins").path(i).doubleValue())
                            .as("margin of token %d of %s", i, List.of(greedy[i], Logits.argMax(next)))
                            .isLessThan(MARGIN);
                }
                next = text.read(new int[] {greedy[i]}, 1)[0];
            }
        }
    }
}
