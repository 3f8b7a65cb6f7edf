package dev.suffice.language;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.suffice.engine.Engine;
import dev.suffice.engine.Engines;
import dev.suffice.engine.SessionOptions;
import dev.suffice.models.decoder.Decoders;
import dev.suffice.models.folder.Config;
import dev.suffice.models.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/**
 * Small models of every family with what transformers made of them: every folder with an {@code expected.json} in the one that the system property
 * {@code suffice.goldens.llm} names.
 */
@ParameterizedClass
@MethodSource("engines")
class LanguageGoldenTest {
    private static final double LOGITS = 1e-3;
    private static final double MARGIN = 1e-2;

    private final Engine engine;

    LanguageGoldenTest(Engine engine) {
        this.engine = engine;
    }

    static List<Engine> engines() {
        return Engines.available();
    }

    static Stream<Path> models() throws IOException {
        var given = System.getProperty("suffice.goldens.llm", "");
        var root = given.isEmpty() ? TestModels.folder() : Path.of(given);
        try (var folders = Files.list(root)) {
            return folders
                    .filter(folder -> Files.isRegularFile(folder.resolve("expected.json")))
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    static int[] ids(JsonNode list) {
        return list.valueStream().mapToInt(JsonNode::intValue).toArray();
    }

    static float[] logits(JsonNode list) {
        var values = new float[list.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = list.path(i).floatValue();
        }
        return values;
    }

    @ParameterizedTest
    @MethodSource("models")
    void logitsAndGreedyTokensAreThoseOfTransformers(Path folder) {
        var expected = Config.read(folder.resolve("expected.json")).json();
        var decoder = Decoders.open(folder);
        try (var session = DecoderSession.open(
                decoder,
                expected.path("context").asInt(decoder.config().maxPositions()),
                engine,
                SessionOptions.defaults().withThreads(1))) {
            assertThat(expected.path("runs")).isNotEmpty();
            for (var run : expected.path("runs")) {
                check(session, run);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("models")
    void tokensAreThoseOfTransformers(Path folder) {
        var expected = Config.read(folder.resolve("expected.json")).json();
        try (var tokenizer = Tokenizer.open(folder, 1 << 20)) {
            for (var text : expected.path("tokenize")) {
                var tokens = ids(text.path("ids"));
                assertThat(tokenizer.encode(text.path("text").stringValue(), true))
                        .isEqualTo(tokens);
                assertThat(tokenizer.decode(tokens, false))
                        .isEqualTo(text.path("decoded").stringValue());
            }
            for (var run : expected.path("runs")) {
                assertThat(tokenizer.encode(run.path("prompt").stringValue(), true))
                        .isEqualTo(ids(run.path("input_ids")));
            }
        }
    }

    private static void check(DecoderSession session, JsonNode run) {
        var prompt = ids(run.path("input_ids"));
        var last = run.path("last_logits");
        try (var text = session.text()) {
            var read = text.read(prompt, last.size());
            for (int row = 0; row < read.length; row++) {
                assertClose(read[row], logits(last.path(row)));
            }
            var next = read[read.length - 1];
            for (int token : ids(run.path("greedy"))) {
                int chosen = Logits.argMax(next);
                if (chosen != token) {
                    assertThat(run.path("min_margin").doubleValue()).isLessThan(MARGIN);
                    return;
                }
                next = text.read(new int[] {token}, 1)[0];
            }
            assertClose(next, logits(run.path("final_logits")));
        }
    }

    private static void assertClose(float[] actual, float[] expected) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < actual.length; i++) {
            assertThat(actual[i]).isCloseTo(expected[i], within((float) (LOGITS * Math.max(1, Math.abs(expected[i])))));
        }
    }

    @ParameterizedTest
    @MethodSource("models")
    void aTextReadInPiecesOrCutBackGivesTheSameLogits(Path folder) {
        var run =
                Config.read(folder.resolve("expected.json")).json().path("runs").path(0);
        var decoder = Decoders.open(folder);
        var prompt = ids(run.path("input_ids"));
        try (var session = DecoderSession.open(
                        decoder, 400, engine, SessionOptions.defaults().withThreads(1));
                var whole = session.text();
                var pieces = session.text()) {
            var long1 = repeated(prompt, 300);
            var expected = whole.read(long1, 1)[0];
            for (int token : long1) {
                pieces.read(new int[] {token}, 0);
            }
            pieces.cut(290);
            var tail = java.util.Arrays.copyOfRange(long1, 290, 300);
            pieces.read(new int[] {tail[0], tail[0], tail[0]}, 2);
            pieces.cut(290);
            var again = pieces.read(tail, 10);
            assertThat(again).hasNumberOfRows(10);
            assertClose(again[9], expected);
            assertThat(pieces.tokens()).isEqualTo(long1);
        }
    }

    private static int[] repeated(int[] tokens, int length) {
        var result = new int[length];
        for (int i = 0; i < length; i++) {
            result[i] = tokens[i % tokens.length];
        }
        return result;
    }

    @ParameterizedTest
    @MethodSource("models")
    void theFamiliesAreThose(Path folder) {
        assertThat(Decoders.families())
                .isEqualTo(List.of("gemma3_text", "llama", "mistral", "phi3", "qwen2", "qwen3", "smollm3"));
        assertThat(Decoders.open(folder).network().cutNames())
                .hasSize(Decoders.open(folder).config().layers().size());
    }
}
