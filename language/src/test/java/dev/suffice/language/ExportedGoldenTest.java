package dev.suffice.language;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.suffice.language.ExportedModels.Case;
import dev.suffice.models.folder.Config;
import dev.suffice.models.folder.ModelSummary;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** Exported networks give what transformers made of the models that they were exported from; those in half precision or 8 bits nearly. */
class ExportedGoldenTest {
    private static final double MARGIN = 1e-2;

    static List<Case> all() {
        return ExportedModels.all();
    }

    static List<Case> exact() {
        return ExportedModels.exact();
    }

    private static JsonNode expected(Case model) {
        return Config.read(TestModels.folder().resolve(model.model()).resolve("expected.json"))
                .json();
    }

    /** In parts of the largest logit, or of 1. What Optimum-Intel exports without state rounds past keys and values to bfloat16. */
    private static double tolerance(Case model) {
        return switch (model.name().substring(model.model().length())) {
            case "-openvino-int8" -> 0.08;
            case "-onnx-half" -> 1e-2;
            case "-openvino" -> 5e-3;
            default -> 1e-3;
        };
    }

    private static void assertClose(Case model, float[] actual, float[] expected) {
        assertThat(actual).hasSameSizeAs(expected);
        float largest = 1;
        for (float value : expected) {
            largest = Math.max(largest, Math.abs(value));
        }
        for (int i = 0; i < actual.length; i++) {
            assertThat(actual[i]).isCloseTo(expected[i], within((float) (tolerance(model) * largest)));
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void logitsAreThoseOfTransformers(Case model) {
        try (var session = model.open(512)) {
            assertThat(session.vocabulary()).isEqualTo(600);
            assertThat(session.isExported()).isTrue();
            for (var run : expected(model).path("runs")) {
                var last = run.path("last_logits");
                try (var text = session.text()) {
                    var read = text.read(LanguageGoldenTest.ids(run.path("input_ids")), last.size());
                    for (int row = 0; row < read.length; row++) {
                        assertClose(model, read[row], LanguageGoldenTest.logits(last.path(row)));
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("exact")
    void greedyTokensAreThoseOfTransformers(Case model) {
        try (var session = model.open(512)) {
            for (var run : expected(model).path("runs")) {
                try (var text = session.text()) {
                    var next = text.read(LanguageGoldenTest.ids(run.path("input_ids")), 1)[0];
                    boolean same = true;
                    for (int token : LanguageGoldenTest.ids(run.path("greedy"))) {
                        if (Logits.argMax(next) != token) {
                            assertThat(run.path("min_margin").doubleValue()).isLessThan(MARGIN);
                            same = false;
                            break;
                        }
                        next = text.read(new int[] {token}, 1)[0];
                    }
                    if (same) {
                        assertClose(model, next, LanguageGoldenTest.logits(run.path("final_logits")));
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void summariesSayWhatTheNetworkIs(Case model) {
        var summary = ModelSummary.of(model.folder());
        var kind = model.name().endsWith("-whole")
                ? "language model without past, which reads the whole text in every pass"
                : model.name().endsWith("-stateful") || model.name().endsWith("-int8")
                        ? "language model that keeps its past as state"
                        : "language model with past";
        assertThat(summary.exported())
                .isEqualTo("exported %s, %s".formatted(kind, model.name().contains("openvino") ? "OpenVINO" : "ONNX"));
        assertThat(summary.contextLength()).isEqualTo(512);
        var weights = model.name().endsWith("-half") ? "float16" : model.name().endsWith("-int8") ? "uint8" : "float32";
        assertThat(summary.quantisation()).startsWith(weights);
    }

    @ParameterizedTest
    @MethodSource("all")
    void aTextReadInPiecesOrCutBackGivesTheSameLogits(Case model) {
        var prompt = LanguageGoldenTest.ids(expected(model).path("runs").path(0).path("input_ids"));
        var tokens = new int[300];
        Arrays.setAll(tokens, i -> prompt[i % prompt.length]);
        try (var session = model.open(400);
                var whole = session.text();
                var pieces = session.text()) {
            var expected = whole.read(tokens, 1)[0];
            for (int i = 0; i < 30; i++) {
                pieces.read(Arrays.copyOfRange(tokens, 10 * i, 10 * i + 10), 0);
            }
            var once = pieces.readAgain(299);
            assertClose(model, once, expected);
            pieces.cut(290);
            var tail = Arrays.copyOfRange(tokens, 290, 300);
            pieces.read(new int[] {tail[0], tail[0], tail[0]}, 2);
            assertClose(model, pieces.readAgain(290), pieces.readAgain(290));
            pieces.cut(291);
            assertThat(pieces.read(Arrays.copyOfRange(tail, 1, 10), 9)).hasNumberOfRows(9);
            assertClose(model, pieces.readAgain(299), expected);
            pieces.cut(0);
            assertClose(model, pieces.read(tokens, 1)[0], expected);
            assertThat(pieces.tokens()).isEqualTo(tokens);
            assertThat(pieces.byteSize() == 0).isEqualTo(model.name().endsWith("-whole"));
        }
    }
}
