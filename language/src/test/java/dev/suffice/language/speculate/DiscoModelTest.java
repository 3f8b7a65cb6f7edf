package dev.suffice.language.speculate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.suffice.core.InvalidRequestException;
import dev.suffice.language.sampling.SamplingOptions;
import dev.suffice.language.sampling.TokenDistribution;
import dev.suffice.language.sampling.TokenRule;
import dev.suffice.language.sampling.Writing;
import dev.suffice.language.speculate.SpeculationPolicy.Active;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The classifier that decides whether to draft on, its file, and what it learns from. */
class DiscoModelTest {
    private static final ModelPair PAIR = new ModelPair("large", "00ff", "small", "11ee", "tli");

    @TempDir
    private Path folder;

    /** Reads one feature: accepted if it is above a half, by a wide margin. */
    private static DraftClassifier aboveHalf(int feature, double sign) {
        var scale = new double[DraftClassifier.FEATURES];
        Arrays.fill(scale, 1);
        var weights = new double[DraftClassifier.size(1)];
        weights[feature] = 1;
        weights[DraftClassifier.FEATURES + 1] = sign * 40;
        weights[DraftClassifier.FEATURES + 2] = -sign * 20;
        return new DraftClassifier(new double[DraftClassifier.FEATURES], scale, weights);
    }

    private static DraftScores scores(double... probabilities) {
        var logits = new float[probabilities.length];
        for (int i = 0; i < logits.length; i++) {
            logits[i] = (float) Math.log(probabilities[i]);
        }
        return new DraftScores(logits);
    }

    /** Drafts tokens of which the likeliest has these probabilities; what is below 0 no model drafted. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Sequence(double... likeliest) implements Drafter {
        @Override
        public String name() {
            return "sequence";
        }

        @Override
        public boolean free() {
            return false;
        }

        @Override
        public Session start(Writing writing, long seed) {
            return new Session() {
                @Override
                public void read(int[] tokens) {}

                @Override
                public List<DraftToken> draft(int most, Extent extent) {
                    var draft = new ArrayList<DraftToken>();
                    while (draft.size() < Math.min(most, likeliest.length) && extent.more(draft)) {
                        double p = likeliest[draft.size()];
                        var token = new DraftToken(draft.size(), 0.5, TokenDistribution.of(draft.size()));
                        draft.add(p < 0 ? token : token.with(scores(1 - p, p)));
                    }
                    return draft;
                }
            };
        }
    }

    private static Writing writing() {
        return Writing.of(SamplingOptions.greedy(), new int[] {0}, TokenRule.NONE);
    }

    private static int drafted(DraftClassifier classifier, double threshold, Drafter drafter) {
        var policy = new SpeculationPolicy.Disco(new DiscoModel(PAIR, threshold, classifier));
        return policy.start(new PassCosts())
                .draft(List.of(new Active(drafter, drafter.start(writing(), 0))), 10)
                .draft()
                .size();
    }

    @Test
    void whatADraftModelSaidIsToldInTenProbabilitiesAndTheirEntropy() {
        var scores = scores(0.1, 0.6, 0, 0.3);
        assertThat(scores.probability(1)).isCloseTo(0.6, within(1e-6));
        assertThat(scores.likeliest()).containsExactly(new double[] {0.6, 0.3, 0.1, 0, 0, 0, 0, 0, 0, 0}, within(1e-6));
        double entropy = -(0.1 * Math.log(0.1) + 0.6 * Math.log(0.6) + 0.3 * Math.log(0.3));
        assertThat(scores.entropy()).isCloseTo(entropy, within(1e-6));
        var many = new double[500];
        Arrays.fill(many, 1.0 / 500);
        assertThat(scores(many).likeliest()).containsOnly(scores(many).probability(7));
        assertThat(scores(many).entropy()).isCloseTo(Math.log(500), within(1e-5));
        var features = DraftClassifier.features(scores, 3);
        assertThat(features).hasSize(12);
        assertThat(features[11]).isEqualTo(3);
    }

    @Test
    void draftingEndsWithTheFirstTokenThatIsLikelyToBeRejected() {
        var drafter = new Sequence(0.9, 0.8, 0.51, 0.95, 0.9);
        // The likeliest of two tokens never has less than a half: the border is moved by the threshold.
        assertThat(drafted(aboveHalf(0, 1), 0.9, drafter)).isEqualTo(3);
        assertThat(drafted(aboveHalf(0, 1), 0.0, drafter)).isEqualTo(5);
        assertThat(drafted(aboveHalf(0, 1), 1.0, drafter)).as("always one").isEqualTo(1);
        assertThat(drafted(aboveHalf(10, -1), 0.5, drafter)).as("by entropy").isEqualTo(2);
        assertThat(drafted(aboveHalf(11, -1), 0.5, drafter)).as("by position").isEqualTo(2);
        assertThat(drafted(aboveHalf(0, 1), 0.9, new Sequence(-1, -1, 0.51, 0.9)))
                .as("tokens of which nothing is known do not end it")
                .isEqualTo(3);
    }

    @Test
    void aFileIsReadAsItWasWritten() throws IOException {
        var file = folder.resolve("new/disco.json");
        var model = new DiscoModel(PAIR, 0.25, aboveHalf(3, 1));
        model.write(file);
        var read = DiscoModel.read(file);
        assertThat(read.pair()).isEqualTo(PAIR);
        assertThat(read.threshold()).isEqualTo(0.25);
        assertThat(read.classifier().weights()).isEqualTo(model.classifier().weights());
        assertThat(read.classifier().scale()).isEqualTo(model.classifier().scale());
        assertThat(SpeculationPolicies.parse("disco=" + file)).isInstanceOf(SpeculationPolicy.Disco.class);
        assertThat(folder.resolve("new").toFile().list()).containsExactly("disco.json");
    }

    @Test
    void whatIsNoSuchFileIsRefused() throws IOException {
        var file = Files.writeString(folder.resolve("other.json"), "{}");
        assertThatThrownBy(() -> SpeculationPolicies.parse("disco=" + file))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage(file + ": no classifier of drafts; make one with ./suffice train drafter");
        var whole = folder.resolve("whole.json");
        new DiscoModel(PAIR, 0.25, aboveHalf(3, 1)).write(whole);
        var text = Files.readString(whole);
        Files.writeString(file, text.replaceFirst("\"scale\" : \\[[^,]*,", "\"scale\" : ["));
        assertThatThrownBy(() -> DiscoModel.read(file))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageStartingWith(file + ": damaged: 12 centres, 11 scales, 15 weights: must be 12, 12, and 14");
        Files.writeString(file, text.replaceFirst("\"scale\" : \\[[^,]*,", "\"scale\" : [\"x\","));
        assertThatThrownBy(() -> DiscoModel.read(file)).hasMessage(file + ": damaged: scale: entry 0 is no number");
        Files.writeString(file, text.replace("0.25", "2.5"));
        assertThatThrownBy(() -> DiscoModel.read(file)).hasMessage("threshold 2.5: must be between 0 and 1");
    }

    @Test
    void otherModelsAreRefused() {
        var model = new DiscoModel(PAIR, 0.25, aboveHalf(3, 1));
        model.check(Optional.of(new ModelPair("large2", "00ff", "small2", "11ee", "tli")));
        assertThatThrownBy(() -> model.check(Optional.of(new ModelPair("large", "00ff", "small", "22dd", "tli"))))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage(
                        "draft tokens disco: was trained for small drafting for large by tli, but this is small drafting for large by tli with other weights; train it anew with ./suffice train drafter");
        assertThatThrownBy(() -> model.check(Optional.of(new ModelPair("large", "00ff", "small", "11ee", "slem"))))
                .hasMessage(
                        "draft tokens disco: was trained for small drafting for large by tli, but this is small drafting for large by slem; train it anew with ./suffice train drafter");
        assertThatThrownBy(() -> model.check(Optional.empty()))
                .hasMessage(
                        "draft tokens disco: was trained for small drafting for large by tli, but no model drafts; add --speculate draft=small");
    }

    @Test
    void whatCameOfDraftsIsTold() {
        var traces = new ArrayList<DraftTrace>();
        var session = new TracingDrafter(new Sequence(0.9, 0.8, 0.7), traces::add).start(writing(), 0);
        session.read(new int[] {5, 6});
        assertThat(traces).isEmpty();
        session.draft(3, _ -> true);
        session.read(new int[] {0, 1, 9});
        session.read(new int[] {0});
        session.draft(3, _ -> true);
        session.read(new int[] {0, 1, 2, 3});
        session.draft(2, _ -> true);
        session.read(new int[] {1});
        assertThat(traces).extracting(DraftTrace::accepted).containsExactly(2, 3, 0);
        assertThat(traces).extracting(trace -> trace.features().size()).containsExactly(3, 3, 2);
        assertThat(traces.getFirst().features().get(1)[0]).isCloseTo(0.8, within(1e-6));
        var unknown = new TracingDrafter(new Sequence(0.9, -1), traces::add).start(writing(), 0);
        unknown.draft(2, _ -> true);
        unknown.read(new int[] {0});
        assertThat(traces).hasSize(3);
    }
}
