package dev.suffice.language;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.suffice.core.Cancellation;
import dev.suffice.core.InvalidRequestException;
import dev.suffice.engine.ElementType;
import dev.suffice.engine.Engines;
import dev.suffice.engine.SessionOptions;
import dev.suffice.engine.Shape;
import dev.suffice.engine.Tensor;
import dev.suffice.language.chat.ChatMessage;
import dev.suffice.language.sampling.SamplingOptions;
import dev.suffice.language.sampling.TokenRule;
import dev.suffice.language.sampling.Writing;
import dev.suffice.language.speculate.Drafter;
import dev.suffice.language.speculate.SpeculationPolicy;
import dev.suffice.models.folder.Config;
import dev.suffice.models.quantise.Rotation;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
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
                Optional.of(HeadSearch.draft(HEADS)),
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
    void eachTokenOfAPassGetsTheScoresOfAPassOfItsOwn() {
        var ids = ids();
        int known = 20;
        try (var singly = model.session().text();
                var together = model.session().text()) {
            singly.read(Arrays.copyOf(ids, known), 1);
            together.read(Arrays.copyOf(ids, known), 1);
            for (int rows : new int[] {2, 5, 17}) {
                singly.cut(known);
                together.cut(known);
                var scores = together.read(Arrays.copyOfRange(ids, known, known + rows), rows);
                for (int i = 0; i < rows; i++) {
                    assertThat(singly.read(new int[] {ids[known + i]}, 1)[0])
                            .as("row %d of %d", i, rows)
                            .isEqualTo(scores[i]);
                }
            }
        }
    }

    @Test
    void readingATokenAgainLeavesTheTextAsItWas() {
        var ids = ids();
        try (var text = model.session().text()) {
            text.read(Arrays.copyOf(ids, 30), 1);
            text.readAgain(12);
            var after = text.read(new int[] {ids[30]}, 1)[0];
            text.cut(0);
            text.read(Arrays.copyOf(ids, 30), 1);
            assertThat(after).isEqualTo(text.read(new int[] {ids[30]}, 1)[0]);
        }
    }

    @Test
    void answersAreThoseOfPlainDecoding() {
        var prompt = model.prompt(List.of(ChatMessage.user("Write a short story about a fox and a river.")));
        var request = GenerationRequest.greedy(prompt, 80, model.ends());
        var plain = answer(List.of(), new SpeculationPolicy.None(), request);
        for (var policy : List.of(new SpeculationPolicy.Fixed(4), new SpeculationPolicy.Auto())) {
            var answer = answer(List.of(SelfDrafter.of(model.session())), policy, request);
            assertThat(answer.tokens()).as(policy.name()).isEqualTo(plain.tokens());
        }
    }

    @Test
    void aTextThatWasReadWithoutTheHeadIsReadAnewForIt() {
        var prompt = model.prompt(List.of(ChatMessage.user("Write a short story about a fox and a river.")));
        var request = GenerationRequest.greedy(prompt, 40, model.ends());
        try (var text = model.session().text()) {
            var plain = new Generator("smollm2", model.session(), List.of(), new SpeculationPolicy.None())
                    .generate(text, request, new Cancellation(), TokenListener.SILENT);
            var drafted = new Generator(
                            "smollm2",
                            model.session(),
                            List.of(SelfDrafter.of(model.session())),
                            new SpeculationPolicy.Fixed(3))
                    .generate(text, request, new Cancellation(), TokenListener.SILENT);
            assertThat(drafted.tokens()).isEqualTo(plain.tokens());
            assertThat(drafted.report().cachedTokens()).isZero();
            assertThat(drafted.report().accepted()).isGreaterThan(5);
        }
    }

    @Test
    void aModelWithoutAHeadCannotDraftForItself() {
        try (var session = DecoderSession.open(
                model.session().decoder(), 64, Engines.named("onnxruntime"), SessionOptions.defaults())) {
            assertThatThrownBy(() -> SelfDrafter.of(session))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining("no draft head");
        }
    }

    private static Generation answer(List<Drafter> drafters, SpeculationPolicy policy, GenerationRequest request) {
        try (var text = model.session().text()) {
            return new Generator("smollm2", model.session(), drafters, policy)
                    .generate(text, request, new Cancellation(), TokenListener.SILENT);
        }
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
                    session.read(Arrays.copyOf(ids, at + 1));
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
                text.read(Arrays.copyOfRange(ids, at + 1, ids.length), 1);
            }
            var expected = golden.find("fused_first8").orElseThrow();
            try (var fused = Tensor.allocate(ElementType.FLOAT32, Shape.of(1, ids.length, 576))) {
                text.states().read(0, ids.length, fused);
                var values = fused.toFloatArray();
                for (int row = 0; row < expected.size(); row++) {
                    var fusedRow = Arrays.copyOfRange(values, row * 576, (row + 1) * 576);
                    Rotation.of(576).orElseThrow().invert(fusedRow);
                    for (int i = 0; i < 8; i++) {
                        away += Math.abs(
                                        fusedRow[i] - expected.path(row).path(i).doubleValue())
                                / (8 * expected.size());
                    }
                }
            }
        }
        assertThat((double) same / all).isGreaterThan(0.9);
        assertThat(away).isLessThan(0.1);
    }

    @Test
    void whatDraftsStartFromDoesNotDependOnThePiecesThatWereRead() {
        var ids = ids();
        int length = 700;
        var tokens = new int[length];
        for (int i = 0; i < length; i++) {
            tokens[i] = ids[i % ids.length];
        }
        // Few, so that they wait; many, which do not; few again until there are too many; and some that are forgotten.
        try (var atOnce = model.session().text();
                var inPieces = model.session().text()) {
            atOnce.record();
            atOnce.read(tokens, 0);
            inPieces.record();
            int at = 0;
            for (int piece : new int[] {3, 1, 200, 5, 120, 120, 100}) {
                inPieces.read(Arrays.copyOfRange(tokens, at, at + piece), 0);
                at += piece;
            }
            for (int kept : new int[] {540, 300, 2}) {
                inPieces.cut(kept);
                assertThat(inPieces.record()).isEqualTo(kept);
                inPieces.read(Arrays.copyOfRange(tokens, kept, 560), 0);
                assertThat(states(inPieces, 560)).isEqualTo(states(atOnce, 560));
                inPieces.cut(545);
                inPieces.read(Arrays.copyOfRange(tokens, 545, 600), 0);
                inPieces.cut(560);
            }
        }
    }

    private static float[] states(DecodedText text, int count) {
        try (var states = Tensor.allocate(ElementType.FLOAT32, Shape.of(1, count, 576))) {
            text.states().read(0, count, states);
            return states.toFloatArray();
        }
    }
}
