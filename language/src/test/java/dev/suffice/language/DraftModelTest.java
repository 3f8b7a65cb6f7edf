package dev.suffice.language;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.suffice.core.Cancellation;
import dev.suffice.core.InvalidRequestException;
import dev.suffice.engine.Engines;
import dev.suffice.engine.SessionOptions;
import dev.suffice.language.chat.ChatMessage;
import dev.suffice.language.constrain.Constraint;
import dev.suffice.language.constrain.Whitespace;
import dev.suffice.language.sampling.SamplingOptions;
import dev.suffice.language.sampling.TokenRule;
import dev.suffice.language.sampling.Writing;
import dev.suffice.language.speculate.DiscoModel;
import dev.suffice.language.speculate.DraftClassifier;
import dev.suffice.language.speculate.DraftToken;
import dev.suffice.language.speculate.Drafter;
import dev.suffice.language.speculate.SpeculationPolicy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Models with other tokenizers draft without changing what is written. */
class DraftModelTest {
    private static final String PROMPT = "The quick brown fox";

    @TempDir
    private static Path folder;

    private static LanguageModel target;

    /** Computes what the target does, with other numbers. */
    private static LanguageModel renumbered;

    /** The same, with a tenth of the tokens replaced by others. */
    private static LanguageModel similar;

    /** Has little to do with it. */
    private static LanguageModel other;

    /** Drawn without drafts. */
    private static PairCounts plain;

    @BeforeAll
    static void open() throws IOException {
        target = open(TestModels.folder().resolve("llama-tied"));
        renumbered = open(OtherVocabulary.twin("llama-tied", folder.resolve("renumbered"), 0));
        similar = open(OtherVocabulary.twin("llama-tied", folder.resolve("similar"), 60));
        other = open(OtherVocabulary.twin("gemma3", folder.resolve("other"), 60));
        plain = pairs(List.of(), new SpeculationPolicy.None(), 1);
    }

    private static LanguageModel open(Path path) {
        return LanguageModel.open(
                path,
                path.getFileName().toString(),
                folder,
                OptionalInt.of(256),
                Engines.named("onnxruntime"),
                SessionOptions.defaults().withThreads(1));
    }

    @AfterAll
    static void close() {
        Stream.of(target, renumbered, similar, other).forEach(LanguageModel::close);
    }

    private static Drafter drafter(LanguageModel draft, DraftMethod method) {
        return DraftModel.of(target, draft, method).drafter();
    }

    private static Generation generate(List<Drafter> drafters, SpeculationPolicy policy, GenerationRequest request) {
        try (var text = target.session().text()) {
            return new Generator("tiny", target.session(), drafters, policy)
                    .generate(text, request, new Cancellation(), TokenListener.SILENT);
        }
    }

    @Test
    void theVocabulariesDecideOnTheMethod() {
        assertThat(DraftModel.of(target, target))
                .extracting(DraftModel::method, DraftModel::coverage)
                .containsExactly(DraftMethod.SAME_VOCABULARY, 1.0);
        assertThat(DraftModel.of(target, similar))
                .extracting(DraftModel::method, DraftModel::coverage)
                .containsExactly(DraftMethod.TLI, 0.9);
        assertThat(DraftModel.of(target, target, DraftMethod.SLEM).drafter()).isInstanceOf(StringMatchDrafter.class);
        assertThatThrownBy(() -> DraftModel.of(target, similar, DraftMethod.SAME_VOCABULARY))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage(
                        "draft model similar: numbers its tokens otherwise than llama-tied; let it draft by tli or slem");
    }

    @Test
    void theModelsAreTold() {
        var pair = DraftModel.of(target, similar).pair();
        assertThat(pair).hasToString("similar drafting for llama-tied by tli");
        assertThat(pair.isSame(DraftModel.of(target, similar).pair())).isTrue();
        assertThat(pair.isSame(DraftModel.of(target, similar, DraftMethod.SLEM).pair()))
                .isFalse();
        assertThat(pair.isSame(DraftModel.of(target, renumbered).pair())).isFalse();
        assertThat(pair.isSame(DraftModel.of(similar, similar, DraftMethod.TLI).pair()))
                .isFalse();
    }

    @Test
    void almostNothingInCommonIsRefused() {
        try (var pieces = OtherVocabulary.sentencePieces()) {
            var map = VocabularyMap.of(target.tokenizer(), 600, pieces, 10);
            assertThatThrownBy(() -> new TokenIntersectionDrafter(target.session(), pieces, target.tokenizer(), map))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessage(
                            "draft model: has 1.33% of the model's tokens: must be at least 2% to draft token by token; take a model with a more similar vocabulary, or let it draft as text (draft=NAME,slem)");
        }
    }

    @Test
    void aModelThatDiffersOnlyInItsNumbersIsAlwaysRight() {
        var request = GenerationRequest.greedy(target.prompt(PROMPT), 100, Set.of());
        var report = generate(List.of(drafter(renumbered, DraftMethod.TLI)), new SpeculationPolicy.Fixed(5), request)
                .report();
        assertThat(report.accepted()).isEqualTo(report.drafted()).isPositive();
    }

    static Stream<SpeculationPolicy> policies() {
        return Stream.of(
                new SpeculationPolicy.Fixed(1),
                new SpeculationPolicy.Fixed(6),
                new SpeculationPolicy.Confidence(0.4),
                disco(),
                new SpeculationPolicy.Auto());
    }

    /** A classifier that nobody trained. */
    private static SpeculationPolicy disco() {
        var random = new SplittableRandom(2);
        var centre = new double[DraftClassifier.FEATURES];
        var scale = new double[DraftClassifier.FEATURES];
        Arrays.fill(scale, 1);
        var weights = random.doubles(DraftClassifier.size(4), -1, 1).toArray();
        return new SpeculationPolicy.Disco(new DiscoModel(
                DraftModel.of(target, similar).pair(), 0.5, new DraftClassifier(centre, scale, weights)));
    }

    @ParameterizedTest
    @MethodSource("policies")
    void greedyAnswersAreThoseOfPlainDecoding(SpeculationPolicy policy) {
        var request = GenerationRequest.greedy(target.prompt(PROMPT), 120, Set.of());
        var plain = generate(List.of(), new SpeculationPolicy.None(), request).tokens();
        for (var draft : List.of(renumbered, similar, other)) {
            for (var method : List.of(DraftMethod.TLI, DraftMethod.SLEM)) {
                var speculated = generate(List.of(drafter(draft, method)), policy, request);
                assertThat(speculated.tokens())
                        .as("%s by %s", draft.name(), method)
                        .isEqualTo(plain);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "SAME_VOCABULARY")
    void draftsAreKept(DraftMethod method) {
        var request = GenerationRequest.greedy(target.prompt(PROMPT), 150, Set.of());
        var report = generate(List.of(drafter(similar, method)), new SpeculationPolicy.Fixed(4), request)
                .report();
        assertThat(report.accepted()).isPositive();
        assertThat(report.savedPasses()).isPositive();
    }

    @Test
    void specialTokensAreDrafted() {
        var prompt = target.prompt(List.of(ChatMessage.system("Be brief."), ChatMessage.user("€ 🦊?")));
        var options = SamplingOptions.greedy().withBias(Map.of(2, 100.0));
        var request = new GenerationRequest(prompt, 30, options, 0, Set.of(), TokenRule.NONE, false, Overflow.STOP);
        var answer = generate(List.of(drafter(similar, DraftMethod.TLI)), new SpeculationPolicy.Fixed(4), request);
        assertThat(answer.tokens()).containsOnly(2);
        assertThat(answer.report().accepted())
                .isEqualTo(answer.report().drafted())
                .isPositive();
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "SAME_VOCABULARY")
    void constraintsHoldWhateverIsDrafted(DraftMethod method) {
        var schema = Constraint.schema(
                "{\"type\":\"object\",\"properties\":{\"name\":{\"enum\":[\"fox\",\"dog\"]},\"legs\":{\"type\":\"integer\"}},\"required\":[\"name\",\"legs\"]}",
                Whitespace.COMPACT);
        var request = new GenerationRequest(
                target.prompt(PROMPT),
                100,
                SamplingOptions.greedy(),
                0,
                target.ends(),
                target.rule(schema),
                false,
                Overflow.STOP);
        var plain = generate(List.of(), new SpeculationPolicy.None(), request);
        var speculated = generate(List.of(drafter(similar, method)), new SpeculationPolicy.Fixed(5), request);
        assertThat(speculated.tokens()).isEqualTo(plain.tokens());
        assertThat(target.tokenizer().decode(plain.tokens(), true)).startsWith("{\"name\":\"");
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "SAME_VOCABULARY")
    void sampledAnswersHaveTheSameDistribution(DraftMethod method) {
        for (var draft : List.of(similar, other)) {
            var policy = draft == similar == (method == DraftMethod.TLI) ? new SpeculationPolicy.Fixed(3) : disco();
            var speculated = pairs(List.of(drafter(draft, method)), policy, 1_000_000);
            assertThat(speculated.differs(plain))
                    .as("%s, %s", draft.name(), policy.name())
                    .isFalse();
        }
    }

    @Test
    void aDrafterThatDoesNotDrawFromWhatItSaysWouldBeNoticed() {
        var drafter = new Liar(drafter(similar, DraftMethod.TLI));
        var speculated = pairs(List.of(drafter), new SpeculationPolicy.Fixed(3), 1_000_000);
        assertThat(speculated.differs(plain)).isTrue();
    }

    /** Says that it draws its tokens, and takes the likeliest. */
    private record Liar(Drafter drafter) implements Drafter {
        @Override
        public String name() {
            return "liar";
        }

        @Override
        public boolean free() {
            return false;
        }

        @Override
        public Session start(Writing writing, long seed) {
            var session = drafter.start(writing, seed);
            return new Session() {
                @Override
                public void read(int[] tokens) {
                    session.read(tokens);
                }

                @Override
                public List<DraftToken> draft(int most, Extent extent) {
                    return session.draft(most, extent).stream()
                            .map(token -> new DraftToken(
                                    token.distribution().likeliest(), token.confidence(), token.distribution()))
                            .toList();
                }

                @Override
                public void close() {
                    session.close();
                }
            };
        }
    }

    /** The second and third token together, over many seeds. */
    private static PairCounts pairs(List<Drafter> drafters, SpeculationPolicy policy, long firstSeed) {
        var options = SamplingOptions.withTemperature(0.7).withTopK(6);
        var counts = new PairCounts();
        var generator = new Generator("tiny", target.session(), drafters, policy);
        var prompt = target.prompt(PROMPT);
        try (var text = target.session().text()) {
            for (int i = 0; i < 1000; i++) {
                var request = new GenerationRequest(
                        prompt, 4, options, firstSeed + i, Set.of(), TokenRule.NONE, false, Overflow.STOP);
                var tokens = generator
                        .generate(text, request, new Cancellation(), TokenListener.SILENT)
                        .tokens();
                counts.add(tokens[1], tokens[2]);
            }
        }
        return counts;
    }
}
