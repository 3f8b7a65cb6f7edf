package dev.suffice.core.calibrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.suffice.core.InvalidRequestException;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What all risk controls have in common, what each says of a few samples, and what is refused. */
class RiskControlTest {
    private static List<RiskControl> controls() {
        return RiskControls.names().stream().map(RiskControls::named).toList();
    }

    /** Settings with 0, 1, 2, ... wrong samples. */
    private static LossTable rising(int settings, int samples, double bound) {
        var losses = new double[settings][samples];
        for (int s = 0; s < settings; s++) {
            for (int i = 0; i < s; i++) {
                losses[s][(i * 7919) % samples] = bound;
            }
        }
        return LossTable.of(losses, bound);
    }

    private static int setting(Outcome outcome) {
        return switch (outcome.choice()) {
            case Choice.Fastest(var setting) -> setting;
            case Choice.Never _ -> -1;
        };
    }

    @Test
    void controlsHaveNames() {
        assertThat(RiskControls.names()).containsExactly("conformal", "ltt", "ucb");
        assertThat(RiskControls.named("ltt")).isEqualTo(new LearnThenTest());
        assertThatThrownBy(() -> RiskControls.named("split"))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("risk control split: unknown; must be one of conformal, ltt, ucb");
    }

    @Test
    void theConformalBoundIsCountedByHand() {
        var outcome = new ConformalRiskControl().choose(rising(8, 99, 1), 0.05, 0.9);
        assertThat(outcome.choice()).isEqualTo(new Choice.Fastest(4));
        assertThat(outcome.settings().get(4)).isEqualTo(new SettingEvidence(4.0 / 99, 0.05, 0.05, true));
        assertThat(outcome.settings().get(5)).isEqualTo(new SettingEvidence(5.0 / 99, 0.06, 0.05, false));
        assertThat(outcome.text())
                .isEqualTo(
                        "setting 4 of 8: mean loss 0.04040 of 99 samples; 0.05000 at most on average over calibrations");
    }

    @Test
    void aSampleThatLostWithASaferSettingCountsAsLost() {
        // 19 samples; two settings lose one each, but not the same: together they have lost two.
        var losses = new double[3][19];
        losses[0][3] = 1;
        losses[1][5] = 1;
        var outcome = new ConformalRiskControl().choose(LossTable.of(losses, 1), 0.1, 0.9);
        assertThat(outcome.settings()).extracting(SettingEvidence::value).containsExactly(0.1, 0.15, 0.15);
        assertThat(outcome.choice()).isEqualTo(new Choice.Fastest(0));
    }

    @ParameterizedTest
    @MethodSource("controls")
    void nothingBehindASettingThatFailsIsAccepted(RiskControl control) {
        var losses = new double[4][300];
        for (int i = 0; i < 150; i++) {
            losses[2][i] = 1;
        }
        var outcome = control.choose(LossTable.of(losses, 1), 0.1, 0.9);
        assertThat(outcome.choice()).isEqualTo(new Choice.Fastest(1));
        assertThat(outcome.settings()).extracting(SettingEvidence::accepted).containsExactly(true, true, false, false);
        assertThat(outcome.settings().get(2).value())
                .isGreaterThan(outcome.settings().get(2).limit());
    }

    @ParameterizedTest
    @MethodSource("controls")
    void moreRiskIsNeverSlower(RiskControl control) {
        var random = new SplittableRandom(7);
        var losses = new double[30][400];
        for (int s = 0; s < 30; s++) {
            for (int i = 0; i < 400; i++) {
                losses[s][i] = random.nextDouble() < 0.006 * s ? random.nextDouble() : 0;
            }
        }
        var table = LossTable.of(losses, 1);
        int before = -1;
        for (double risk = 0.001; risk < 0.2; risk += 0.001) {
            int chosen = setting(control.choose(table, risk, 0.9));
            assertThat(chosen).as("risk %s", risk).isGreaterThanOrEqualTo(before);
            before = chosen;
        }
        assertThat(before).isGreaterThan(10);
    }

    @ParameterizedTest
    @MethodSource("controls")
    void moreConfidenceIsNeverFaster(RiskControl control) {
        int before = Integer.MAX_VALUE;
        for (double confidence = 0.05; confidence < 1; confidence += 0.05) {
            int chosen = setting(control.choose(rising(40, 200, 1), 0.1, confidence));
            assertThat(chosen).as("confidence %s", confidence).isLessThanOrEqualTo(before);
            before = chosen;
        }
    }

    @ParameterizedTest
    @MethodSource("controls")
    void theUnitOfLossesDoesNotMatter(RiskControl control) {
        assertThat(setting(control.choose(rising(30, 200, 4), 0.4, 0.9)))
                .isEqualTo(setting(control.choose(rising(30, 200, 1), 0.1, 0.9)))
                .isPositive();
        assertThat(control.samplesNeeded(new Promise(0.4, 4, 0.9)))
                .isEqualTo(control.samplesNeeded(new Promise(0.1, 1, 0.9)));
    }

    @ParameterizedTest
    @MethodSource("controls")
    void tooFewSamplesNeverPassAndExactlyEnoughDo(RiskControl control) {
        for (double risk : new double[] {0.003, 0.01, 0.02, 0.05, 0.1, 0.3, 0.7, 0.95}) {
            for (double confidence : new double[] {0.3, 0.9, 0.99}) {
                int needed = (int) control.samplesNeeded(new Promise(risk, 1, confidence));
                var enough = control.choose(LossTable.of(new double[2][needed], 1), risk, confidence);
                assertThat(enough.choice()).as("%s %s", risk, confidence).isEqualTo(new Choice.Fastest(1));
                if (needed > 1) {
                    var few = control.choose(LossTable.of(new double[2][needed - 1], 1), risk, confidence);
                    assertThat(few.choice())
                            .as("%s %s", risk, confidence)
                            .isEqualTo(new Choice.Never(needed - 1, needed));
                }
            }
        }
    }

    @Test
    void theNumbersThatAreNeededAreThoseOfTheFormulas() {
        assertThat(new ConformalRiskControl().samplesNeeded(new Promise(0.01, 1, 0.9)))
                .isEqualTo(99);
        assertThat(new ConformalRiskControl().samplesNeeded(new Promise(0.3, 1, 0.9)))
                .isEqualTo(3);
        // 0.9^22 = 0.0985, 0.9^21 = 0.109
        assertThat(new LearnThenTest().samplesNeeded(new Promise(0.1, 1, 0.9))).isEqualTo(22);
        assertThat(new LearnThenTest().samplesNeeded(new Promise(0.01, 1, 0.9))).isEqualTo(230);
        assertThat(new UpperConfidenceBound().samplesNeeded(new Promise(0.01, 1, 0.9)))
                .isBetween(232L, 260L);
    }

    @Test
    void tinyRisksNeedManySamplesAndTheirNumberIsStillFound() {
        assertThat(new ConformalRiskControl().samplesNeeded(new Promise(1e-9, 1, 0.9)))
                .isBetween(999_999_998L, 1_000_000_000L);
        assertThat((double) new LearnThenTest().samplesNeeded(new Promise(1e-9, 1, 0.9)))
                .isCloseTo(Math.log(10) * 1e9, within(1e4));
        assertThat((double) new UpperConfidenceBound().samplesNeeded(new Promise(1e-9, 1, 0.9)))
                .isCloseTo(Math.log(10) * 1e9, within(1e4));
        for (var control : controls()) {
            assertThat(control.samplesNeeded(new Promise(1e-300, 1, 0.9))).isGreaterThan(1L << 59);
        }
    }

    @Test
    void neverSaysWhy() {
        assertThat(new LearnThenTest().choose(rising(3, 15, 1), 0.1, 0.9).text())
                .isEqualTo(
                        "never: 15 samples are too few to promise a mean loss of 0.1000 at most; at least 22 are needed");
        var losses = new double[1][100];
        IntStream.range(0, 30).forEach(i -> losses[0][i * 3] = 1);
        var bad = new UpperConfidenceBound().choose(LossTable.of(losses, 1), 0.2, 0.9);
        assertThat(bad.choice())
                .isInstanceOfSatisfying(
                        Choice.Never.class, never -> assertThat(never.tooFew()).isFalse());
        assertThat(bad.text())
                .matches(
                        "never: the safest setting has a mean loss of 0\\.3000, upper bound of the risk 0\\.[34]\\d+ \\(limit 0\\.2000\\); allow more risk or bring more than 100 samples");
        assertThat(new LearnThenTest().choose(rising(3, 50, 1), 0.1, 0.9).text())
                .isEqualTo("setting 1 of 3: mean loss 0.02000 of 50 samples; 0.1000 at most with probability 0.9000");
    }

    @Test
    void tenThousandSamplesAndAHundredSettingsTakeSeconds() {
        var table = rising(100, 10_000, 1);
        for (var control : controls()) {
            long start = System.nanoTime();
            assertThat(setting(control.choose(table, 0.005, 0.9))).isBetween(20, 50);
            assertThat(System.nanoTime() - start).as(control.name()).isLessThan(20_000_000_000L);
        }
    }

    @Test
    void whatIsNoPromiseIsRefused() {
        var table = rising(2, 10, 2);
        for (var control : controls()) {
            for (double risk : new double[] {0, -1, 2, 3, Double.NaN}) {
                assertThatThrownBy(() -> control.choose(table, risk, 0.9))
                        .isInstanceOf(InvalidRequestException.class)
                        .hasMessage(
                                "risk " + risk
                                        + ": must be above 0 and below 2.0, the largest loss; 0.01 allows one loss in a hundred");
            }
            for (double confidence : new double[] {0, 1, 90, Double.NaN}) {
                assertThatThrownBy(() -> control.choose(table, 0.1, confidence))
                        .isInstanceOf(InvalidRequestException.class)
                        .hasMessage("confidence " + confidence + ": must be above 0 and below 1; 0.9 is usual");
            }
        }
        assertThatThrownBy(() -> new Promise(0.1, 0, 0.9))
                .hasMessage("bound of losses 0.0: must be above 0 and finite");
    }

    @Test
    void whatIsNoTableIsRefused() {
        assertThatThrownBy(() -> LossTable.of(new double[0][], 1))
                .hasMessage("losses of 0 settings and 0 samples: must be at least one each");
        assertThatThrownBy(() -> LossTable.of(new double[2][0], 1))
                .hasMessage("losses of 2 settings and 0 samples: must be at least one each");
        assertThatThrownBy(() -> LossTable.of(new double[][] {{0, 1}, {0}}, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("losses of setting 1: 1 samples, but setting 0 has 2; all need the same");
        assertThatThrownBy(() -> LossTable.of(new double[][] {{0, Double.NaN}}, 1))
                .hasMessage("loss of sample 1 with setting 0 is NaN: must be between 0 and 1.0");
        assertThatThrownBy(() -> LossTable.of(new double[][] {{0, 0}, {-0.5, 0}}, 1))
                .hasMessage("loss of sample 0 with setting 1 is -0.5: must be between 0 and 1.0");
        assertThatThrownBy(() -> LossTable.of(new double[][] {{1.5}}, 1))
                .hasMessage("loss of sample 0 with setting 0 is 1.5: must be between 0 and 1.0");
        for (double bound : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThatThrownBy(() -> LossTable.of(new double[1][1], bound))
                    .hasMessage("bound of losses " + bound + ": must be above 0 and finite");
        }
    }

    @Test
    void aTableDoesNotChangeWithWhatItWasMadeOf() {
        var losses = new double[][] {{0, 1}};
        var table = LossTable.of(losses, 1);
        losses[0][1] = 0;
        assertThat(table.risk(0)).isEqualTo(0.5);
        assertThat(table.samples()).isEqualTo(2);
        assertThat(table.settings()).isEqualTo(1);
        assertThat(table.bound()).isEqualTo(1);
    }
}
