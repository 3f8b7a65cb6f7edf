package dev.suffice.language;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.suffice.core.Cancellation;
import dev.suffice.core.InvalidRequestException;
import dev.suffice.engine.Engines;
import dev.suffice.engine.SessionOptions;
import dev.suffice.language.sampling.SamplingOptions;
import dev.suffice.language.sampling.TokenRule;
import dev.suffice.language.sampling.Writing;
import dev.suffice.language.speculate.DraftToken;
import dev.suffice.language.speculate.PromptLookup;
import dev.suffice.language.speculate.SpeculationPolicy;
import dev.suffice.models.decoder.Decoder;
import dev.suffice.models.decoder.Decoders;
import dev.suffice.models.decoder.ExitCalibration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tokens that are taken unasked: the promise on texts of which everything is known, and what is written with a small model. */
class AgreementTest {
    private static final int[] PROMPT = {54, 283, 223, 470, 75, 398, 301, 326, 54, 283, 223, 470};
    private static final String MODEL = "0123456789abcdef";

    @TempDir
    private Path folder;

    /**
     * Texts of 5 to 80 places. Each has a difficulty of its own, so that its places are alike; a place is right with a probability that rises with the confidence, and that no
     * threshold makes 1.
     */
    private static ExitCalibration drawn(int texts, long seed) {
        var random = new SplittableRandom(seed);
        var confidences = new ArrayList<Float>();
        var agrees = new ArrayList<Boolean>();
        var ends = new int[texts];
        for (int text = 0; text < texts; text++) {
            double difficulty = Math.pow(random.nextDouble(), 3);
            int places = random.nextInt(5, 81);
            for (int i = 0; i < places; i++) {
                double confidence = 1 - Math.pow(random.nextDouble(), 3);
                confidences.add((float) confidence);
                agrees.add(random.nextDouble() < 1 - 0.6 * difficulty * Math.sqrt(1 - confidence) - 0.002);
            }
            ends[text] = confidences.size();
        }
        var values = new float[confidences.size()];
        var answers = new boolean[values.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = confidences.get(i);
            answers[i] = agrees.get(i);
        }
        return new ExitCalibration(MODEL, values, answers, ends);
    }

    /** Share of the places of at least that confidence that are right. */
    private static double agreement(ExitCalibration texts, double threshold) {
        int taken = 0;
        int right = 0;
        for (int i = 0; i < texts.confidences().length; i++) {
            if (texts.confidences()[i] >= threshold) {
                taken++;
                right += texts.agrees()[i] ? 1 : 0;
            }
        }
        return (double) right / taken;
    }

    @Test
    void promisesAreKept() {
        var all = drawn(20_000, 7);
        var shares = new HashMap<Double, Double>();
        int sets = 200;
        for (double promised : new double[] {0.96, 0.97, 0.98}) {
            int broken = 0;
            int found = 0;
            int naive = 0;
            for (int set = 0; set < sets; set++) {
                var seen = drawn(200, 1000 + set);
                try {
                    double threshold = Agreement.of(seen, promised).threshold();
                    found++;
                    broken += shares.computeIfAbsent(threshold, t -> agreement(all, t)) < promised ? 1 : 0;
                } catch (InvalidRequestException e) {
                    assertThat(e).hasMessageContaining("no threshold keeps it");
                }
                double naively = naive(seen, promised);
                naive += shares.computeIfAbsent(naively, t -> agreement(all, t)) < promised ? 1 : 0;
            }
            // One in ten may be, and three standard deviations of chance.
            assertThat(broken).as("%s", promised).isLessThanOrEqualTo(sets / 10 + 13);
            assertThat(found).as("%s", promised).isGreaterThan(sets / 2);
            // Where the empirical share alone decides the promise is broken: there is something to be kept.
            assertThat(naive).as("%s", promised).isGreaterThan(sets / 10 + 13);
        }
    }

    /** The lowest threshold that keeps the promise on the texts seen, of a hundred. */
    private static double naive(ExitCalibration seen, double promised) {
        return IntStream.range(100, 200)
                .mapToDouble(k -> k / 200.0)
                .filter(threshold -> agreement(seen, threshold) >= promised)
                .findFirst()
                .orElse(0.995);
    }

    @Test
    void moreIsPromisedByHigherThresholds() {
        var seen = drawn(400, 5);
        double before = 0;
        for (double promised : new double[] {0.8, 0.9, 0.95, 0.98}) {
            double threshold = Agreement.of(seen, promised).threshold();
            assertThat(threshold).isGreaterThanOrEqualTo(before);
            before = threshold;
        }
        assertThat(before).isGreaterThan(0.5);
        assertThatThrownBy(() -> Agreement.of(seen, 0.9999))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage(
                        "agreement 0.9999: no threshold keeps it with probability 0.9, by the 400 texts that the exit head was calibrated with; ask for less, or train with more --hold-out");
        for (double wrong : new double[] {0, 1, 1.5, -1, Double.NaN}) {
            assertThatThrownBy(() -> Agreement.of(seen, wrong))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining("must be above 0 and below 1");
        }
    }

    @Test
    void tokensAreTakenUpToTheFirstThatIsNotSure() {
        var agreement = new Agreement(0.9, 0.5);
        var draft = List.of(
                DraftToken.certain(1, 0.9),
                DraftToken.certain(2, 0.5),
                DraftToken.certain(3, 0.49),
                DraftToken.certain(4, 1));
        assertThat(agreement.taken(draft)).isEqualTo(2);
        assertThat(agreement.taken(draft.subList(2, 4))).isZero();
        assertThat(agreement.taken(draft.subList(0, 1))).isEqualTo(1);
        assertThat(agreement.taken(List.of())).isZero();
    }

    private DecoderSession split(Decoder decoder) throws IOException {
        var head = new SmallExitHead(decoder).write(folder.resolve("head"), 2);
        return DecoderSession.open(
                decoder,
                head,
                256,
                Engines.named("onnxruntime"),
                SessionOptions.defaults().withThreads(1));
    }

    private static Generation write(DecoderSession session, Optional<Agreement> agreement, GenerationRequest request) {
        try (var text = session.text()) {
            return new Generator(
                            "small",
                            session,
                            List.of(ExitDrafter.of(session)),
                            new SpeculationPolicy.Fixed(4),
                            agreement)
                    .generate(text, request, new Cancellation(), TokenListener.SILENT);
        }
    }

    @Test
    void whatIsNotTakenIsTheModelsOwnBehindWhateverWasTaken() throws IOException {
        var decoder = Decoders.open(TestModels.folder().resolve("llama-tied"));
        var request = GenerationRequest.greedy(PROMPT, 150, Set.of());
        try (var session = split(decoder);
                var whole =
                        DecoderSession.open(decoder, 256, Engines.named("onnxruntime"), SessionOptions.defaults())) {
            var own = write(session, Optional.empty(), request);
            assertThat(own.report().taken()).isZero();
            assertThat(own.report().agreement()).isEmpty();

            var never = write(session, Optional.of(new Agreement(0.9, 1)), request);
            assertThat(never.tokens()).isEqualTo(own.tokens());
            assertThat(never.report().taken()).isZero();

            var agreement = new Agreement(0.5, threshold(session, request));
            var lossy = write(session, Optional.of(agreement), request);
            var report = lossy.report();
            assertThat(report.agreement()).contains(agreement);
            assertThat(report.taken()).isPositive().isLessThan(report.accepted());
            assertThat(lossy.tokens()).isNotEqualTo(own.tokens());
            // The whole model reads what was written: it would have chosen everything else, and has the same keys and
            // values.
            int others = 0;
            try (var text = whole.text()) {
                var scores = text.read(TokenList.joined(PROMPT, lossy.tokens()), lossy.tokens().length + 1);
                for (int i = 0; i < lossy.tokens().length; i++) {
                    others += Logits.argMax(scores[i]) == lossy.tokens()[i] ? 0 : 1;
                }
            }
            assertThat(others).isPositive().isLessThanOrEqualTo(report.taken());

            var always = write(session, Optional.of(new Agreement(0.01, 0)), request);
            // Three of four tokens and one more in each pass: all that is drafted is taken.
            assertThat(always.report().taken()).isEqualTo(always.report().drafted());
            assertThat(always.tokens()).hasSize(150);
        }
    }

    /** A confidence that some drafted tokens have and others have not: the middle one of those of plain drafts. */
    private static double threshold(DecoderSession session, GenerationRequest request) {
        var confidences = new ArrayList<Double>();
        try (var text = session.text();
                var drafts = ExitDrafter.of(session)
                        .start(text, Writing.of(SamplingOptions.greedy(), PROMPT, TokenRule.NONE), 0)) {
            var tokens = write(session, Optional.empty(), request).tokens();
            text.read(PROMPT, 1);
            drafts.read(PROMPT);
            for (int i = 0; i < 40; i++) {
                var next = new int[] {tokens[i]};
                drafts.read(next);
                drafts.draft(4, _ -> true).forEach(token -> confidences.add(token.confidence()));
                text.read(next, 1);
            }
        }
        confidences.sort(null);
        return confidences.get(confidences.size() / 2);
    }

    @Test
    void anAnswerEndsWithATokenThatWasTaken() throws IOException {
        try (var session = split(Decoders.open(TestModels.folder().resolve("llama-tied")))) {
            var all = Optional.of(new Agreement(0.01, 0));
            var whole = write(session, all, GenerationRequest.greedy(PROMPT, 60, Set.of()))
                    .tokens();
            // Two behind the first, so that it is in the middle of a draft.
            int end = whole[2];
            int first = 0;
            while (whole[first] != end) {
                first++;
            }
            var ended = write(session, all, GenerationRequest.greedy(PROMPT, 60, Set.of(end)));
            assertThat(ended.finish()).isEqualTo(Generation.Finish.END);
            assertThat(ended.tokens()).isEqualTo(Arrays.copyOf(whole, first + 1));
            assertThat(ended.report().taken()).isLessThanOrEqualTo(first + 1);
        }
    }

    @Test
    void whatNeedsScoresIsRefused() throws IOException {
        try (var session = split(Decoders.open(TestModels.folder().resolve("llama-tied")))) {
            var agreement = Optional.of(new Agreement(0.9, 0.5));
            for (var options : List.of(
                    SamplingOptions.withTemperature(0.7),
                    SamplingOptions.greedy().withPenalties(1.2, 0, 0))) {
                assertThatThrownBy(() -> write(
                                session,
                                agreement,
                                new GenerationRequest(
                                        PROMPT, 9, options, 0, Set.of(), TokenRule.NONE, false, Overflow.STOP)))
                        .isInstanceOf(InvalidRequestException.class)
                        .hasMessageStartingWith("agreement: tokens are taken without the model's scores");
            }
            assertThatThrownBy(() -> write(
                            session,
                            agreement,
                            new GenerationRequest(
                                    PROMPT,
                                    9,
                                    SamplingOptions.greedy(),
                                    0,
                                    Set.of(),
                                    TokenRule.NONE,
                                    true,
                                    Overflow.STOP)))
                    .isInstanceOf(InvalidRequestException.class);
            assertThatThrownBy(() -> new Generator(
                            "small",
                            session,
                            List.of(new PromptLookup(), ExitDrafter.of(session)),
                            new SpeculationPolicy.Auto(),
                            agreement))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aPromiseHoldsForTheWeightsThatItWasMeasuredWith() throws IOException {
        var source = TestModels.folder().resolve("llama-tied");
        var heads = Files.createDirectory(folder.resolve("heads"));
        var head = new SmallExitHead(Decoders.open(source));
        head.write(heads.resolve("head"), 2);
        try (var model = open(source, heads)) {
            assertThatThrownBy(() -> model.agreement(0.9))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessage(
                            "agreement 0.9: the exit head was not calibrated; train it anew with ./suffice train exit-head");
        }
        head.write(heads.resolve("head"), 2, Optional.of(drawn(400, 5)));
        String fingerprint;
        try (var model = open(source, heads)) {
            fingerprint = model.fingerprint();
            assertThatThrownBy(() -> model.agreement(0.9))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining("was calibrated with other weights of this model (" + MODEL + ", these are "
                            + fingerprint + ")");
        }
        var seen = drawn(400, 5);
        head.write(
                heads.resolve("head"),
                2,
                Optional.of(new ExitCalibration(fingerprint, seen.confidences(), seen.agrees(), seen.ends())));
        try (var model = open(source, heads)) {
            assertThat(model.agreement(0.9)).isEqualTo(Agreement.of(seen, 0.9));
        }
        try (var model = open(source, folder.resolve("none"))) {
            assertThatThrownBy(() -> model.agreement(0.9))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining("there is no exit head for this model");
        }
    }

    private LanguageModel open(Path source, Path heads) {
        return LanguageModel.open(
                source,
                "small",
                folder.resolve("cache"),
                Optional.of(HeadSearch.exit(heads)),
                OptionalInt.of(64),
                Engines.named("onnxruntime"),
                SessionOptions.defaults());
    }
}
