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
import dev.suffice.language.speculate.SuffixDrafter;
import dev.suffice.language.speculate.SuffixStore;
import dev.suffice.models.decoder.Decoders;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A policy changes how many tokens are drafted, never which are written. */
class SpeculationTest {
    private static final int[] PROMPT = {54, 283, 223, 470, 75, 398, 301, 326, 54, 283, 223, 470};
    private static DecoderSession session;

    @BeforeAll
    static void open() {
        session = open("llama-tied");
    }

    private static DecoderSession open(String model) {
        return DecoderSession.open(
                Decoders.open(TestModels.folder().resolve(model)),
                256,
                Engines.named("onnxruntime"),
                SessionOptions.defaults().withThreads(1));
    }

    @AfterAll
    static void close() {
        session.close();
    }

    static Stream<SpeculationPolicy> policies() {
        return Stream.of(
                new SpeculationPolicy.None(),
                new SpeculationPolicy.Fixed(3),
                new SpeculationPolicy.Fixed(16),
                new SpeculationPolicy.Heuristic(4),
                new SpeculationPolicy.Confidence(0.4),
                new SpeculationPolicy.Auto());
    }

    private static List<Drafter> drafters() {
        return List.of(new SuffixDrafter(new SuffixStore(10_000)), new PromptLookup());
    }

    private static Generation generate(
            DecoderSession model, List<Drafter> drafters, SpeculationPolicy policy, GenerationRequest request) {
        try (var text = model.text()) {
            return new Generator("tiny", model, drafters, policy)
                    .generate(text, request, new Cancellation(), TokenListener.SILENT);
        }
    }

    @ParameterizedTest
    @MethodSource("policies")
    void greedyAnswersAreThoseOfPlainDecoding(SpeculationPolicy policy) {
        for (var model : List.of("llama-tied", "qwen3", "gemma3")) {
            try (var opened = open(model)) {
                var request = GenerationRequest.greedy(PROMPT, 150, Set.of());
                var plain = generate(opened, List.of(), new SpeculationPolicy.None(), request);
                var speculated = generate(opened, drafters(), policy, request);
                assertThat(speculated.tokens()).isEqualTo(plain.tokens());
                assertThat(speculated.finish()).isEqualTo(Finish.LENGTH);
                assertThat(plain.report().passes()).isEqualTo(149);
                assertThat(speculated.report().passes()).isLessThanOrEqualTo(149);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("policies")
    void penaltiesAndBansSeeTheHistoryOfTheirPosition(SpeculationPolicy policy) {
        var options = SamplingOptions.greedy().withPenalties(1.2, 0.3, 0.1).withBias(Map.of(521, -100.0, 84, 1.5));
        var request = new GenerationRequest(PROMPT, 120, options, 0, Set.of(), TokenRule.NONE, false, Overflow.STOP);
        var plain = generate(session, List.of(), new SpeculationPolicy.None(), request);
        var speculated = generate(session, drafters(), policy, request);
        assertThat(speculated.tokens()).isEqualTo(plain.tokens()).doesNotContain(521);
    }

    @Test
    void anAnswerIsRememberedForTheNext() {
        var learning = List.<Drafter>of(new SuffixDrafter(new SuffixStore(1000)));
        var greedy = GenerationRequest.greedy(PROMPT, 60, Set.of());
        var before = generate(session, learning, new SpeculationPolicy.Fixed(4), greedy);
        var after = generate(session, learning, new SpeculationPolicy.Fixed(4), greedy);
        assertThat(after.tokens()).isEqualTo(before.tokens());
        assertThat(after.report().passes()).isLessThan(before.report().passes());
    }

    @Test
    void repetitiveTextSavesPasses() {
        var request = GenerationRequest.greedy(PROMPT, 200, Set.of());
        var answer = generate(session, drafters(), new SpeculationPolicy.Fixed(8), request);
        var report = answer.report();
        assertThat(report.savedPasses()).isEqualTo(199 - report.passes()).isPositive();
        assertThat(report.accepted()).isPositive().isLessThanOrEqualTo(report.drafted());
        assertThat(Arrays.stream(report.draftedAt()).sum()).isEqualTo(report.drafted());
        assertThat(Arrays.stream(report.acceptedAt()).sum()).isEqualTo(report.accepted());
    }

    /**
     * The second and third token together, over many seeds, with drafts that are often wrong, against plain sampling: Pearson's statistic of two
     * samples, for at most 40 pairs of tokens with the rest as one.
     */
    @ParameterizedTest
    @MethodSource("policies")
    void sampledAnswersHaveTheSameDistribution(SpeculationPolicy policy) {
        var options = SamplingOptions.withTemperature(0.7).withTopK(6);
        int draws = 1500;
        var plain = pairs(new SpeculationPolicy.None(), options, draws, 1);
        var speculated = pairs(policy, options, draws, 1_000_000);
        var common = plain.entrySet().stream()
                .sorted((a, b) -> b.getValue() - a.getValue())
                .limit(40)
                .map(Map.Entry::getKey)
                .toList();
        double statistic = 0;
        int restA = draws;
        int restB = draws;
        int cells = 0;
        for (var pair : common) {
            int a = plain.getOrDefault(pair, 0);
            int b = speculated.getOrDefault(pair, 0);
            if (a + b < 10) {
                continue;
            }
            restA -= a;
            restB -= b;
            cells++;
            statistic += (double) (a - b) * (a - b) / (a + b);
        }
        statistic += restA + restB == 0 ? 0 : (double) (restA - restB) * (restA - restB) / (restA + restB);
        // Mean k, standard deviation sqrt(2 k): five of them are passed once in a million.
        assertThat(cells).isGreaterThan(5);
        assertThat(statistic).isLessThan(cells + 5 * Math.sqrt(2.0 * cells));
    }

    private static Map<String, Integer> pairs(
            SpeculationPolicy policy, SamplingOptions options, int draws, long firstSeed) {
        var counts = new HashMap<String, Integer>();
        var generator = new Generator("tiny", session, List.of(new Wild(), new PromptLookup()), policy);
        try (var text = session.text()) {
            for (int i = 0; i < draws; i++) {
                var request = new GenerationRequest(
                        PROMPT, 4, options, firstSeed + i, Set.of(), TokenRule.NONE, false, Overflow.STOP);
                var tokens = generator
                        .generate(text, request, new Cancellation(), TokenListener.SILENT)
                        .tokens();
                counts.merge(tokens[1] + "," + tokens[2], 1, Integer::sum);
            }
        }
        return counts;
    }

    /** Drafts from a distribution of its own, which has little to do with that of the model. */
    private static final class Wild implements Drafter {
        @Override
        public String name() {
            return "wild";
        }

        @Override
        public boolean free() {
            return true;
        }

        @Override
        public Session start(dev.suffice.language.sampling.Writing writing, long seed) {
            var random = new java.util.SplittableRandom(RANDOM.nextLong());
            var distribution = new dev.suffice.language.sampling.TokenDistribution(
                    new int[] {84, 521, 300, 9, 77, 368}, new double[] {0.3, 0.2, 0.2, 0.1, 0.1, 0.1});
            return new Session() {
                @Override
                public void read(int[] tokens) {}

                @Override
                public List<dev.suffice.language.speculate.DraftToken> draft(int most, Extent extent) {
                    var draft = new java.util.ArrayList<dev.suffice.language.speculate.DraftToken>();
                    while (draft.size() < most && extent.more(draft)) {
                        draft.add(new dev.suffice.language.speculate.DraftToken(
                                distribution.draw(random), 0.5, distribution));
                    }
                    return draft;
                }
            };
        }

        private static final java.util.SplittableRandom RANDOM = new java.util.SplittableRandom(7);
    }

    @ParameterizedTest
    @MethodSource("policies")
    void answersEndAtEndTokensAndGoOnFromWhatWasRead(SpeculationPolicy policy) {
        var request = GenerationRequest.greedy(PROMPT, 60, Set.of());
        var whole = generate(session, List.of(), new SpeculationPolicy.None(), request)
                .tokens();
        int end = whole[20];
        int first = 0;
        while (whole[first] != end) {
            first++;
        }
        var expected = Arrays.copyOf(whole, first + 1);
        var generator = new Generator("tiny", session, drafters(), policy);
        try (var text = session.text()) {
            var ended = generator.generate(
                    text, GenerationRequest.greedy(PROMPT, 60, Set.of(end)), new Cancellation(), TokenListener.SILENT);
            assertThat(ended.tokens()).isEqualTo(expected);
            assertThat(ended.finish()).isEqualTo(Finish.END);
            var again = generator.generate(text, request, new Cancellation(), TokenListener.SILENT);
            assertThat(again.tokens()).isEqualTo(whole);
            assertThat(again.report().cachedTokens()).isEqualTo(PROMPT.length - 1);
        }
    }

    @Test
    void aListenerStopsAndAFullContextEnds() {
        var request = GenerationRequest.greedy(PROMPT, 1000, Set.of());
        try (var text = session.text()) {
            var generator = new Generator("tiny", session, drafters(), new SpeculationPolicy.Fixed(5));
            var full = generator.generate(text, request, new Cancellation(), TokenListener.SILENT);
            assertThat(full.finish()).isEqualTo(Finish.CONTEXT);
            assertThat(PROMPT.length + full.tokens().length).isBetween(255, 256);
            var heard = new java.util.concurrent.atomic.AtomicInteger();
            var stopped = generator.generate(text, request, new Cancellation(), (_, _) -> heard.incrementAndGet() < 7);
            assertThat(stopped.tokens()).hasSize(7);
            assertThat(stopped.finish()).isEqualTo(Finish.STOPPED);
        }
    }

    @Test
    void whatDoesNotFitIsRefused() {
        var tooLong = new int[256];
        assertThatThrownBy(() -> generate(
                        session,
                        List.of(),
                        new SpeculationPolicy.None(),
                        GenerationRequest.greedy(tooLong, 1, Set.of())))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage(
                        "prompt of 256 tokens: the context holds 256 with the answer; shorten the prompt, or open the model with a larger context");
        assertThatThrownBy(() -> generate(
                        session,
                        List.of(),
                        new SpeculationPolicy.None(),
                        GenerationRequest.greedy(new int[] {600}, 1, Set.of())))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("token 600: the model has 600; do tokenizer and model belong together?");
    }
}
