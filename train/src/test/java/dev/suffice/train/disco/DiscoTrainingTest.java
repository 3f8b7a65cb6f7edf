package dev.suffice.train.disco;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.suffice.core.InvalidRequestException;
import dev.suffice.language.speculate.DraftClassifier;
import dev.suffice.language.speculate.DraftTrace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

class DiscoTrainingTest {
    private static final DraftCosts COSTS = new DraftCosts(0.2, 0.05);

    private static double[] features(SplittableRandom random, int position) {
        var features = random.doubles(DraftClassifier.FEATURES).toArray();
        features[DraftClassifier.FEATURES - 1] = position;
        return features;
    }

    private static double[] ones() {
        var ones = new double[DraftClassifier.FEATURES];
        Arrays.fill(ones, 1);
        return ones;
    }

    /** Drafts of five tokens, each accepted with a probability that its features give. */
    private static List<List<DraftTrace>> prompts(int count, ToDoubleFunction<double[]> acceptance) {
        var random = new SplittableRandom(4);
        var prompts = new ArrayList<List<DraftTrace>>();
        for (int p = 0; p < count; p++) {
            var traces = new ArrayList<DraftTrace>();
            for (int t = 0; t < 10; t++) {
                var tokens = new ArrayList<double[]>();
                int accepted = 0;
                for (int i = 0; i < 5; i++) {
                    tokens.add(features(random, i));
                    boolean taken = random.nextDouble() < acceptance.applyAsDouble(tokens.getLast());
                    accepted += taken && accepted == i ? 1 : 0;
                }
                traces.add(new DraftTrace(tokens, accepted));
            }
            prompts.add(traces);
        }
        return prompts;
    }

    @Test
    void theGradientIsThatOfFiniteDifferences() {
        var random = new SplittableRandom(1);
        var tokens = new ArrayList<LabelledToken>();
        for (int n = 0; n < 30; n++) {
            tokens.add(new LabelledToken(features(random, n % 5), random.nextBoolean()));
        }
        int units = 5;
        var loss = new ClassifierLoss(tokens, features(random, 1), ones(), units, 0.01);
        var weights = random.doubles(DraftClassifier.size(units), -1, 1).toArray();
        var gradient = new double[weights.length];
        var ignored = new double[weights.length];
        loss.of(weights, gradient);
        for (int w = 0; w < weights.length; w++) {
            var moved = weights.clone();
            moved[w] += 1e-6;
            double above = loss.of(moved, ignored);
            moved[w] -= 2e-6;
            double below = loss.of(moved, ignored);
            assertThat(gradient[w]).as("weight %d", w).isCloseTo((above - below) / 2e-6, within(1e-6));
        }
    }

    @Test
    void theLossIsThatOfTheClassifier() {
        var random = new SplittableRandom(2);
        var tokens = new ArrayList<LabelledToken>();
        for (int n = 0; n < 20; n++) {
            tokens.add(new LabelledToken(features(random, n % 5), random.nextBoolean()));
        }
        var centre = features(random, 2);
        var scale = Arrays.stream(features(random, 1)).map(value -> value + 0.1).toArray();
        var weights = random.doubles(DraftClassifier.size(7), -1, 1).toArray();
        var classifier = new DraftClassifier(centre, scale, weights);
        double expected = tokens.stream()
                .mapToDouble(token -> {
                    double p = classifier.probability(token.features());
                    return -Math.log(token.accepted() ? p : 1 - p);
                })
                .average()
                .orElseThrow();
        assertThat(new ClassifierLoss(tokens, centre, scale, 7, 0).of(weights, new double[weights.length]))
                .isCloseTo(expected, within(1e-9));
    }

    @Test
    void whatCanBeToldApartIsLearnt() {
        // Neither feature says anything by itself.
        var prompts = prompts(60, features -> (features[0] > 0.5) == (features[1] > 0.5) ? 0.97 : 0.03);
        var trained = new DiscoTraining(COSTS, 1).train(prompts);
        assertThat(trained.areaUnderCurve()).isGreaterThan(0.9);
        assertThat(trained.gain()).isGreaterThan(1.05 * trained.bestLengthGain());
        assertThat(trained.threshold()).isBetween(0.05, 0.95);
        var likely = ones();
        var unlikely = ones();
        likely[0] = 0.9;
        likely[1] = 0.9;
        unlikely[0] = 0.9;
        unlikely[1] = 0.1;
        assertThat(trained.classifier().probability(likely)).isGreaterThan(trained.threshold());
        assertThat(trained.classifier().probability(unlikely)).isLessThan(trained.threshold());
        assertThat(new DiscoTraining(COSTS, 1).train(prompts).classifier().weights())
                .isEqualTo(trained.classifier().weights());
    }

    @Test
    void whereThereIsNothingToLearnItIsNotPretended() {
        var trained = new DiscoTraining(COSTS, 1).train(prompts(60, _ -> 0.6));
        assertThat(trained.areaUnderCurve()).isBetween(0.4, 0.6);
        assertThat(trained.accepted()).isCloseTo(0.6, within(0.05));
        assertThat(trained.gain()).isLessThan(1.05 * trained.bestLengthGain());
    }

    @Test
    void tooLittleIsRefused() {
        assertThatThrownBy(() -> new DiscoTraining(COSTS, 1).train(prompts(60, _ -> 1)))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage(
                        "2400 accepted and 0 rejected tokens in the prompts that are trained on: must be at least 20 of both; give more prompts, or longer answers");
    }

    @Test
    void tokensBehindTheFirstRejectedOneAreNotJudged() {
        var four = List.of(new double[12], new double[12], new double[12], new double[12]);
        assertThat(LabelledToken.of(List.of(new DraftTrace(four, 1), new DraftTrace(four, 4))))
                .extracting(LabelledToken::accepted)
                .containsExactly(true, false, true, true, true, true);
    }

    @Test
    void whatADraftBringsIsCounted() {
        var four = List.of(new double[12], new double[12], new double[12], new double[12]);
        var traces = List.of(new DraftTrace(four, 1), new DraftTrace(four, 4));
        assertThat(COSTS.tokensPerPass(traces, DraftCosts.always(4)))
                .isCloseTo((2 + 5) / (2 * (1 + 4 * 0.25)), within(1e-9));
        assertThat(COSTS.tokensPerPass(traces, DraftCosts.always(1))).isCloseTo(4 / 2.5, within(1e-9));
        assertThatThrownBy(() -> new DraftCosts(0, 1))
                .hasMessage(
                        "cost of 0.0 passes for a drafted token, 1.0 for judging it: must be above 0, and at least 0");
    }

    @Test
    void theAreaUnderTheCurveCountsPairs() {
        double[] scores = {0.9, 0.8, 0.7, 0.6, 0.5};
        assertThat(RankQuality.areaUnderCurve(scores, new boolean[] {true, true, false, false, false}))
                .isEqualTo(1);
        assertThat(RankQuality.areaUnderCurve(scores, new boolean[] {false, true, true, false, true}))
                .isCloseTo(2.0 / 6, within(1e-12));
        assertThat(RankQuality.areaUnderCurve(new double[4], new boolean[] {true, false, true, false}))
                .isEqualTo(0.5);
    }
}
