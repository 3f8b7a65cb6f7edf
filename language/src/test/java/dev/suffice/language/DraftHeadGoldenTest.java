package dev.suffice.language;

import static org.assertj.core.api.Assertions.assertThat;

import dev.suffice.engine.ElementType;
import dev.suffice.engine.Engines;
import dev.suffice.engine.SessionOptions;
import dev.suffice.engine.Shape;
import dev.suffice.engine.Tensor;
import dev.suffice.language.sampling.SamplingOptions;
import dev.suffice.language.sampling.TokenRule;
import dev.suffice.language.sampling.Writing;
import dev.suffice.models.folder.Config;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * The bundled draft head against what PyTorch makes of the same weights (bench/peers/train_draft_head.py), in single precision and with a decoder in single
 * precision; here both have 8 bits.
 */
class DraftHeadGoldenTest {
    private static final Path HEADS = Path.of(System.getProperty("suffice.root", ".."), "drafters");

    @TempDir
    private static Path cache;

    private static Config golden;
    private static LanguageModel model;

    @BeforeAll
    static void open() {
        golden = Config.read(TestModels.resource("draft-head/smollm2-135m-instruct.json"));
        var file = TestModels.gguf(golden.text("model", ""));
        Assumptions.assumeTrue(file.isPresent(), golden.text("model", "") + " is not on this machine");
        model = LanguageModel.open(
                file.get(),
                "smollm2",
                cache,
                Optional.of(HEADS),
                OptionalInt.of(1024),
                Engines.named("onnxruntime"),
                SessionOptions.defaults());
    }

    @AfterAll
    static void close() {
        if (model != null) {
            model.close();
        }
    }

    private static int[] ids() {
        return golden.find("ids")
                .orElseThrow()
                .valueStream()
                .mapToInt(JsonNode::intValue)
                .toArray();
    }

    @Test
    void draftsAreThoseOfPyTorch() {
        var ids = ids();
        int same = 0;
        int all = 0;
        double away = 0;
        try (var text = model.session().text()) {
            text.record();
            text.read(ids, 1);
            for (var position : golden.find("positions").orElseThrow()) {
                int at = position.path("at").intValue();
                text.cut(at + 1);
                try (var session = SelfDrafter.of(model.session())
                        .start(text, Writing.of(SamplingOptions.greedy(), ids, TokenRule.NONE), 0)) {
                    session.read(java.util.Arrays.copyOf(ids, at + 1));
                    session.read(new int[] {position.path("known_next").intValue()});
                    var steps = position.path("steps");
                    var draft = session.draft(steps.size(), _ -> true);
                    for (int i = 0; i < draft.size(); i++) {
                        all++;
                        if (draft.get(i).token() != steps.path(i).path("token").intValue()) {
                            break;
                        }
                        same++;
                    }
                }
                text.read(java.util.Arrays.copyOfRange(ids, at + 1, ids.length), 1);
            }
            var expected = golden.find("fused_first8").orElseThrow();
            try (var fused = Tensor.allocate(ElementType.FLOAT32, Shape.of(1, ids.length, 576))) {
                text.fused(0, ids.length, fused);
                var values = fused.toFloatArray();
                for (int row = 0; row < expected.size(); row++) {
                    for (int i = 0; i < 8; i++) {
                        away += Math.abs(values[row * 576 + i]
                                        - expected.path(row).path(i).doubleValue())
                                / (8 * expected.size());
                    }
                }
            }
        }
        assertThat((double) same / all).isGreaterThan(0.9);
        assertThat(away).isLessThan(0.1);
    }
}
