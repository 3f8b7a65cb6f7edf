package dev.suffice.language;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.suffice.core.Cancellation;
import dev.suffice.core.InvalidRequestException;
import dev.suffice.engine.Engines;
import dev.suffice.engine.SessionOptions;
import dev.suffice.language.ExportedModels.Case;
import dev.suffice.language.chat.ChatMessage;
import dev.suffice.language.constrain.Constraint;
import dev.suffice.language.sampling.SamplingOptions;
import dev.suffice.language.sampling.TokenRule;
import dev.suffice.language.sampling.Writing;
import dev.suffice.language.speculate.DraftToken;
import dev.suffice.language.speculate.Drafter;
import dev.suffice.language.speculate.PromptLookup;
import dev.suffice.language.speculate.SpeculationPolicy;
import dev.suffice.language.speculate.SuffixDrafter;
import dev.suffice.models.decoder.Decoders;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Drafting for an exported network changes how many passes there are, and not what is written; nor is that other than with the networks that are built here. */
class ExportedSpeculationTest {
    private static final int[] PROMPT = {54, 283, 223, 470, 75, 398, 301, 326, 54, 283, 223, 470};

    @TempDir
    private Path folder;

    static List<Case> exact() {
        return ExportedModels.exact();
    }

    private static Generation generate(
            DecoderSession session, List<Drafter> drafters, SpeculationPolicy policy, GenerationRequest request) {
        try (var text = session.text()) {
            return new Generator("tiny", session, drafters, policy)
                    .generate(text, request, new Cancellation(), TokenListener.SILENT);
        }
    }

    private static List<Drafter> free() {
        return List.of(new SuffixDrafter(), new PromptLookup());
    }

    @ParameterizedTest
    @MethodSource("exact")
    void greedyAnswersAreThoseOfPlainDecodingAndOfTheModelItself(Case model) {
        var request = GenerationRequest.greedy(PROMPT, 120, Set.of());
        try (var session = model.open(256);
                var own = DecoderSession.open(
                        Decoders.open(TestModels.folder().resolve(model.model())),
                        256,
                        Engines.named("onnxruntime"),
                        SessionOptions.defaults().withThreads(1))) {
            var plain = generate(session, List.of(), new SpeculationPolicy.None(), request);
            assertThat(plain.tokens())
                    .isEqualTo(generate(own, List.of(), new SpeculationPolicy.None(), request)
                            .tokens());
            for (var policy : List.of(
                    new SpeculationPolicy.Fixed(3),
                    new SpeculationPolicy.Fixed(16),
                    new SpeculationPolicy.Auto(),
                    new SpeculationPolicy.Confidence(0.4))) {
                var drafted = generate(session, free(), policy, request);
                assertThat(drafted.tokens()).isEqualTo(plain.tokens());
            }
            var rejected = generate(session, List.of(new Wrong()), new SpeculationPolicy.Fixed(5), request);
            assertThat(rejected.tokens()).isEqualTo(plain.tokens());
            assertThat(rejected.report().drafted()).isGreaterThan(400);
            assertThat(rejected.report().accepted())
                    .isLessThan(rejected.report().drafted() / 2);
            var byModel = generate(
                    session, List.of(new ModelDrafter(own, own.vocabulary())), new SpeculationPolicy.Fixed(4), request);
            assertThat(byModel.tokens()).isEqualTo(plain.tokens());
            assertThat(byModel.report().passes()).isLessThan(40);
        }
    }

    @ParameterizedTest
    @MethodSource("exact")
    void penaltiesSeeTheHistoryOfTheirPosition(Case model) {
        var options = SamplingOptions.greedy().withPenalties(1.2, 0.3, 0.1);
        var request = new GenerationRequest(PROMPT, 60, options, 0, Set.of(), TokenRule.NONE, false, Overflow.STOP);
        try (var session = model.open(256)) {
            var plain = generate(session, List.of(), new SpeculationPolicy.None(), request);
            assertThat(generate(session, free(), new SpeculationPolicy.Fixed(5), request)
                            .tokens())
                    .isEqualTo(plain.tokens());
        }
    }

    /** Drafts what hardly ever follows, so that nearly every pass has to be taken back in part. */
    private static final class Wrong implements Drafter {
        @Override
        public String name() {
            return "wrong";
        }

        @Override
        public boolean free() {
            return true;
        }

        @Override
        public Session start(Writing writing, long seed) {
            return new Session() {
                private int last;

                @Override
                public void read(int[] tokens) {
                    last = tokens[tokens.length - 1];
                }

                @Override
                public List<DraftToken> draft(int most, Extent extent) {
                    var draft = new ArrayList<DraftToken>();
                    while (draft.size() < most && extent.more(draft)) {
                        draft.add(DraftToken.certain((7 * last + 31 * draft.size() + 5) % 600, 0.5));
                    }
                    return draft;
                }
            };
        }
    }

    private LanguageModel language(Case model, Path whole) {
        return LanguageModel.open(
                whole,
                model.name(),
                folder.resolve("cache"),
                OptionalInt.of(200),
                model.engine(),
                SessionOptions.defaults().withThreads(1));
    }

    @ParameterizedTest
    @MethodSource("exact")
    void foldersAreLanguageModels(Case model) throws IOException {
        try (var opened = language(model, ExportedModels.whole(model, folder))) {
            assertThat(opened.fingerprint()).matches("[0-9a-f]{16}");
            assertThat(Drafters.all(opened.session())).hasSize(2);
            var prompt = opened.prompt(List.of(new ChatMessage("user", "Hi!")));
            var rule = opened.rule(Constraint.choices(List.of("yes, it is", "no, it is not")));
            var drafter = DraftModel.of(opened, opened).drafter();
            for (var drafters : List.of(List.<Drafter>of(), free(), List.of(drafter))) {
                var request = new TextRequest(
                        prompt, 40, SamplingOptions.withTemperature(1), 3, 2, List.of(), 0, rule, Overflow.STOP);
                var policy = drafters.isEmpty() ? new SpeculationPolicy.None() : new SpeculationPolicy.Fixed(3);
                try (var text = opened.session().text()) {
                    assertThat(new TextWriter(opened, drafters, policy)
                                    .write(text, request, new Cancellation(), _ -> {}))
                            .hasSize(2)
                            .allSatisfy(answer -> assertThat(answer.text()).isIn("yes, it is", "no, it is not"));
                }
            }
        }
    }

    @Test
    void whatNeedsTheNetworkCutIsRefused() {
        var model = ExportedModels.all().getFirst();
        try (var session = model.open(64)) {
            assertThatThrownBy(() -> SelfDrafter.of(session))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessage(
                            "speculate self: an exported network does not give the states of its layers that a draft head starts from; use auto, lookup, suffix or a draft model");
            assertThatThrownBy(() -> ExitDrafter.of(session))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessage(
                            "speculate exit: an exported network cannot be cut after a layer; use auto, lookup, suffix or a draft model");
            assertThatThrownBy(session::decoder)
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessage(
                            "an exported network cannot be taken apart; use the folder with the model's own weights (safetensors), or its GGUF file");
        }
    }

    @Test
    void anExportedModelDraftsForAnother() throws IOException {
        var small = ExportedModels.all().stream()
                .filter(one -> one.name().equals("llama-tied-onnx-half"))
                .findFirst()
                .orElseThrow();
        var request = GenerationRequest.greedy(PROMPT, 80, Set.of());
        try (var own = DecoderSession.open(
                        Decoders.open(TestModels.folder().resolve("llama-tied")),
                        256,
                        Engines.named("onnxruntime"),
                        SessionOptions.defaults().withThreads(1));
                var drafting = small.open(256)) {
            var plain = generate(own, List.of(), new SpeculationPolicy.None(), request);
            var drafted = generate(
                    own,
                    List.of(new ModelDrafter(drafting, own.vocabulary())),
                    new SpeculationPolicy.Fixed(4),
                    request);
            assertThat(drafted.tokens()).isEqualTo(plain.tokens());
            assertThat(drafted.report().passes()).isLessThan(40);
        }
    }
}
