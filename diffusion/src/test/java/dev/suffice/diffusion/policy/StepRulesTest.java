package dev.suffice.diffusion.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.suffice.diffusion.policy.StepRule.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

/** Each rule on sequences whose answer is known. */
class StepRulesTest {
    private static List<Boolean> asks(double threshold, int calls, int order, IntFunction<float[]> latents) {
        var decisions = new ThirdOrderSkip(threshold).start();
        var asks = new ArrayList<Boolean>();
        for (int call = 0; call < calls; call++) {
            asks.add(decisions.asks(new Place(call, calls, order), latents.apply(call)));
        }
        return asks;
    }

    @Test
    void aParabolaNeedsEveryFourthCall() {
        // third differences vanish: three calls in a row are left out, the first four and the last one are not
        assertThat(asks(0.01, 13, 1, i -> new float[] {i * i, 3 * i}))
                .containsExactly(true, true, true, false, false, false, true, false, false, false, true, false, true);
    }

    @Test
    void aBendIsAskedAbout() {
        // x = i^3: (d(i) + d(i-2)) / 2 - d(i-1) = 3 everywhere, d(i-1) = 3 (i-1)^2 - 3 (i-1) + 1
        for (int i = 4; i < 9; i++) {
            double ratio = 3.0 / (3 * (i - 1) * (i - 1) - 3 * (i - 1) + 1);
            var above = asks(ratio * 1.01, i + 2, 1, k -> new float[] {k * k * k});
            var below = asks(ratio * 0.99, i + 2, 1, k -> new float[] {k * k * k});
            assertThat(below.get(i)).as("call %d, below", i).isTrue();
            assertThat(above.subList(4, i + 1)).as("call %d, above", i).contains(false);
        }
        assertThat(asks(0, 9, 1, i -> new float[] {i})).doesNotContain(false);
    }

    @Test
    void bothCallsOfAStepGoTheSameWay() {
        var asks = asks(0.01, 17, 2, i -> new float[] {i - i % 2});
        for (int i = 0; i + 1 < 16; i += 2) {
            assertThat(asks.get(i)).isEqualTo(asks.get(i + 1));
        }
        assertThat(asks.subList(6, 8)).containsOnly(false);
        assertThat(asks.getLast()).isTrue();
    }

    @Test
    void stopsWhenTwoStepsHaveHardlyChangedTheImage() {
        var clean = new float[][] {{100}, {110}, {110.5f}, {120}, {120.5f}, {121}, {500}};
        var decisions = new ConvergenceStop(0.01).start();
        var continues = new ArrayList<Boolean>();
        for (int call = 0; call < clean.length; call++) {
            continues.add(decisions.continues(new Place(call, 9, 1), clean[call]));
        }
        assertThat(continues).containsExactly(true, true, true, true, true, false, true);
    }

    @Test
    void convergenceLooksAtWholeSteps() {
        var decisions = new ConvergenceStop(0.01).start();
        // the same image at the middle and at the end of a step is no sign of rest
        for (int call = 0; call < 10; call++) {
            assertThat(decisions.continues(new Place(call, 20, 2), new float[] {1 << (call / 2)}))
                    .isTrue();
        }
    }

    @Test
    void guidesUntilBothPredictionsPointTheSameWay() {
        var decisions = new AdaptiveGuidance(0.8).start();
        var place = new Place(0, 9, 1);
        decisions.predicted(place, new float[] {1, 0}, new float[] {1, 1}); // 0.707
        assertThat(decisions.guides(place)).isTrue();
        decisions.predicted(place, new float[] {1, 0}, new float[] {0, 0});
        assertThat(decisions.guides(place)).isTrue();
        decisions.predicted(place, new float[] {4, 0}, new float[] {1, 0.5f}); // 0.894
        for (int i = 0; i < 3; i++) {
            assertThat(decisions.guides(place)).isFalse();
        }
        assertThat(decisions.guides(place)).as("looked at again").isTrue();
        decisions.predicted(place, new float[] {4, 0}, new float[] {1, 0.5f});
        assertThat(decisions.guides(place)).isFalse();
    }

    @Test
    void deepensWhenItsInputHasChanged() {
        var decisions = new FeatureReuse(0.1).start();
        var deepens = new ArrayList<Boolean>();
        var changes = new double[] {Double.POSITIVE_INFINITY, 0.05, 0.2, 0.01, 0.01, 0.01, 0.01, 0.05, 0.01};
        for (int call = 0; call < changes.length; call++) {
            deepens.add(decisions.deepens(new Place(call, changes.length, 1), changes[call]));
        }
        assertThat(deepens).containsExactly(true, false, true, false, false, false, true, false, true);
    }
}
