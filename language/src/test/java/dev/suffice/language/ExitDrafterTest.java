package dev.suffice.language;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.suffice.core.Cancellation;
import dev.suffice.core.InvalidRequestException;
import dev.suffice.engine.Engines;
import dev.suffice.engine.SessionOptions;
import dev.suffice.language.Generation.Finish;
import dev.suffice.language.sampling.SamplingOptions;
import dev.suffice.language.sampling.TokenRule;
import dev.suffice.language.speculate.Drafter;
import dev.suffice.language.speculate.PromptLookup;
import dev.suffice.language.speculate.SpeculationPolicy;
import dev.suffice.models.decoder.Decoder;
import dev.suffice.models.decoder.DecoderQuantiser;
import dev.suffice.models.decoder.Decoders;
import dev.suffice.models.gguf.GgufFile;
import dev.suffice.models.gguf.GgufImport;
import dev.suffice.models.quantise.BlockFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What an exit head drafts changes nothing in what is written, and a decoder in two parts computes what the whole one does. */
class ExitDrafterTest {
    private static final int[] PROMPT = {54, 283, 223, 470, 75, 398, 301, 326, 54, 283, 223, 470};

    @TempDir
    private Path folder;

    static Stream<Path> models() throws IOException {
        return LanguageGoldenTest.models();
    }

    static Stream<SpeculationPolicy> policies() {
        return Stream.of(
                new SpeculationPolicy.Fixed(3),
                new SpeculationPolicy.Fixed(16),
                new SpeculationPolicy.Confidence(0.4),
                new SpeculationPolicy.Auto());
    }

    private static DecoderSession whole(Decoder decoder, int context) {
        return DecoderSession.open(
                decoder,
                context,
                Engines.named("onnxruntime"),
                SessionOptions.defaults().withThreads(1));
    }

    private DecoderSession split(Decoder decoder, int after, int context) throws IOException {
        var head = new SmallExitHead(decoder).write(folder.resolve("head-" + after), after);
        return DecoderSession.open(
                decoder,
                head,
                context,
                Engines.named("onnxruntime"),
                SessionOptions.defaults().withThreads(1));
    }

    private static Generation generate(
            DecoderSession session, List<Drafter> drafters, SpeculationPolicy policy, GenerationRequest request) {
        try (var text = session.text()) {
            return new Generator("small", session, drafters, policy)
                    .generate(text, request, new Cancellation(), TokenListener.SILENT);
        }
    }

    /** Plain, with blocks of 8 bits, and as it comes out of a GGUF file: rotated, but for Gemma. */
    private List<Decoder> forms(Path source) throws IOException {
        var forms = new ArrayList<Decoder>();
        forms.add(Decoders.open(source));
        DecoderQuantiser.write(source, folder.resolve("blocks"), new BlockFormat(8, 64), new Cancellation());
        forms.add(Decoders.open(folder.resolve("blocks")));
        if (GgufOfFolder.knows(source)) {
            GgufOfFolder.write(source, folder.resolve("model.gguf"));
            GgufImport.write(GgufFile.read(folder.resolve("model.gguf")), folder.resolve("imported"));
            forms.add(Decoders.open(folder.resolve("imported")));
        }
        return forms;
    }

    @ParameterizedTest
    @MethodSource("models")
    void answersOfEveryFamilyAreThoseOfPlainDecoding(Path source) throws IOException {
        var request = GenerationRequest.greedy(PROMPT, 70, Set.of());
        int accepted = 0;
        for (var decoder : forms(source)) {
            int layers = decoder.config().layers().size();
            Generation plain;
            try (var session = whole(decoder, 128)) {
                plain = generate(session, List.of(), new SpeculationPolicy.None(), request);
            }
            for (int after : new int[] {1, layers - 1}) {
                try (var session = split(decoder, after, 128)) {
                    for (var policy : List.of(new SpeculationPolicy.Fixed(4), new SpeculationPolicy.Auto())) {
                        var answer = generate(session, List.of(ExitDrafter.of(session)), policy, request);
                        assertThat(answer.tokens())
                                .as("%s after %d layers, %s", source.getFileName(), after, policy.name())
                                .isEqualTo(plain.tokens());
                        accepted += answer.report().accepted();
                    }
                    // A decoder in two parts without drafts.
                    assertThat(generate(session, List.of(), new SpeculationPolicy.None(), request)
                                    .tokens())
                            .isEqualTo(plain.tokens());
                }
            }
        }
        assertThat(accepted).isPositive();
    }

    @ParameterizedTest
    @MethodSource("policies")
    void longAnswersOutgrowTheCacheWhileTokensAreReadAhead(SpeculationPolicy policy) throws IOException {
        var decoder = Decoders.open(TestModels.folder().resolve("llama-tied"));
        int context = Math.min(512, decoder.config().maxPositions());
        try (var session = whole(decoder, context);
                var parts = split(decoder, 3, context)) {
            var request = GenerationRequest.greedy(PROMPT, 1000, Set.of());
            var plain = generate(session, List.of(), new SpeculationPolicy.None(), request);
            var answer = generate(parts, List.of(ExitDrafter.of(parts)), policy, request);
            assertThat(answer.tokens()).isEqualTo(plain.tokens());
            assertThat(answer.finish()).isEqualTo(Finish.CONTEXT);
            // Some is right and some is wrong, so that both ways were gone.
            assertThat(answer.report().accepted())
                    .isPositive()
                    .isLessThan(answer.report().drafted());
        }
    }

    @ParameterizedTest
    @MethodSource("policies")
    void penaltiesAndBansAndOtherDraftersDoNotMatter(SpeculationPolicy policy) throws IOException {
        var decoder = Decoders.open(TestModels.folder().resolve("llama-tied"));
        try (var session = whole(decoder, 256);
                var parts = split(decoder, 2, 256)) {
            var options = SamplingOptions.greedy().withPenalties(1.2, 0.3, 0.1).withBias(Map.of(521, -100.0, 84, 1.5));
            var request = new GenerationRequest(PROMPT, 90, options, 0, Set.of(), TokenRule.NONE, false, Overflow.STOP);
            var plain = generate(session, List.of(), new SpeculationPolicy.None(), request);
            var drafters = List.of(new PromptLookup(), ExitDrafter.of(parts));
            assertThat(generate(parts, drafters, policy, request).tokens())
                    .isEqualTo(plain.tokens())
                    .doesNotContain(521);
        }
    }

    @Test
    void sampledAnswersHaveTheSameDistribution() throws IOException {
        var decoder = Decoders.open(TestModels.folder().resolve("llama-tied"));
        try (var session = whole(decoder, 64);
                var parts = split(decoder, 3, 64)) {
            var plain = pairs(session, List.of(), new SpeculationPolicy.None(), 1);
            var drafted = pairs(parts, List.of(ExitDrafter.of(parts)), new SpeculationPolicy.Fixed(3), 1_000_000);
            assertThat(drafted.differs(plain)).isFalse();
        }
    }

    private static PairCounts pairs(
            DecoderSession session, List<Drafter> drafters, SpeculationPolicy policy, long firstSeed) {
        var options = SamplingOptions.withTemperature(0.7).withTopK(6);
        var counts = new PairCounts();
        int accepted = 0;
        var generator = new Generator("small", session, drafters, policy);
        try (var text = session.text()) {
            for (int i = 0; i < 1000; i++) {
                var request = new GenerationRequest(
                        PROMPT, 4, options, firstSeed + i, Set.of(), TokenRule.NONE, false, Overflow.STOP);
                var answer = generator.generate(text, request, new Cancellation(), TokenListener.SILENT);
                counts.add(answer.tokens()[1], answer.tokens()[2]);
                accepted += answer.report().accepted();
            }
        }
        assertThat(accepted > 20).isEqualTo(!drafters.isEmpty());
        return counts;
    }

    @Test
    void whatWasReadAheadIsWhatTheRestReads() throws IOException {
        var source = TestModels.folder().resolve("llama-tied");
        GgufOfFolder.write(source, folder.resolve("model.gguf"));
        GgufImport.write(GgufFile.read(folder.resolve("model.gguf")), folder.resolve("imported"));
        var decoder = Decoders.open(folder.resolve("imported"));
        var next = new int[] {54, 283, 223, 470, 75};
        try (var session = whole(decoder, 64);
                var parts = split(decoder, 2, 64);
                var expected = session.text();
                var text = parts.text();
                var logits = text.ahead().logits()) {
            expected.read(PROMPT, 1);
            text.read(PROMPT, 1);
            var scores = expected.read(next, next.length);
            // As many as are read, fewer, more, and others.
            for (var ahead : List.of(
                    next, new int[] {54, 283}, new int[] {54, 283, 223, 470, 75, 9, 9}, new int[] {54, 283, 1, 2})) {
                text.cut(PROMPT.length);
                for (int token : ahead) {
                    text.readAhead(token, logits);
                }
                assertThat(text.length()).isEqualTo(PROMPT.length);
                assertThat(text.ahead().length()).isEqualTo(ahead.length);
                assertThat(text.read(next, next.length))
                        .as(Arrays.toString(ahead))
                        .isDeepEqualTo(scores);
                assertThat(text.ahead().length()).isZero();
            }
            // A token that is read again forgets them, for the row more that is computed is written over theirs.
            text.readAhead(75, logits);
            var again = text.readAgain(text.length() - 1);
            assertThat(text.ahead().length()).isZero();
            assertThat(again).isEqualTo(scores[next.length - 1]);
        }
    }

    @Test
    void aModelWithoutAHeadCannotExit() throws IOException {
        var decoder = Decoders.open(TestModels.folder().resolve("llama-tied"));
        try (var session = whole(decoder, 64)) {
            assertThatThrownBy(() -> ExitDrafter.of(session))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining("no exit head");
        }
        var other = Decoders.open(TestModels.folder().resolve("qwen2"));
        var head = new SmallExitHead(other).write(folder.resolve("other"), 2);
        assertThatThrownBy(() ->
                        DecoderSession.open(decoder, head, 64, Engines.named("onnxruntime"), SessionOptions.defaults()))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("exit head: was trained for another model; use the one of this model, or none");
    }

    @Test
    void aHeadIsFoundByTheModelThatItWasTrainedFor() throws IOException {
        var source = TestModels.folder().resolve("llama-tied");
        var heads = Files.createDirectory(folder.resolve("heads"));
        new SmallExitHead(Decoders.open(TestModels.folder().resolve("qwen2"))).write(heads.resolve("a"), 2);
        assertThat(hasExitHead(source, heads)).isFalse();
        new SmallExitHead(Decoders.open(source)).write(heads.resolve("b"), 2);
        assertThat(hasExitHead(source, heads)).isTrue();
        assertThat(hasExitHead(source, folder.resolve("missing"))).isFalse();
        // A folder of exit heads has no draft head, and is not damaged for that.
        try (var model = open(source, HeadSearch.draft(heads))) {
            assertThat(model.session().hasDraftHead()).isFalse();
        }
    }

    private boolean hasExitHead(Path source, Path heads) {
        try (var model = open(source, HeadSearch.exit(heads))) {
            return model.session().hasExitHead();
        }
    }

    private LanguageModel open(Path source, HeadSearch search) {
        return LanguageModel.open(
                source,
                "small",
                folder.resolve("cache"),
                Optional.of(search),
                java.util.OptionalInt.of(64),
                Engines.named("onnxruntime"),
                SessionOptions.defaults());
    }
}
