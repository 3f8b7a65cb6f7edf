package dev.suffice.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ComparisonTest {
    /** The ratio as one would write it down, of numbers by chance; some are missing. */
    @Test
    void ratiosAreThoseOfASecondImplementation() {
        var random = new Random(3);
        var measurements = new ArrayList<Measurement>();
        double[] seconds = new double[2];
        double[] work = new double[2];
        for (int item = 0; item < 12; item++) {
            for (int round = 0; round < 2; round++) {
                boolean both = random.nextInt(4) > 0;
                for (int who = 0; who < 2; who++) {
                    if (both || who == 0) {
                        double took = 0.1 + random.nextDouble();
                        int tokens = 1 + random.nextInt(100);
                        measurements.add(one("ab".substring(who, who + 1), "item" + item, round, took, tokens));
                        if (both) {
                            seconds[who] += took;
                            work[who] += tokens;
                        }
                    }
                }
            }
        }
        var comparison = new Comparison(measurements);
        var ratio = comparison.faster("a", "b", Measurement::seconds).orElseThrow();
        assertThat(ratio.value()).isCloseTo(seconds[1] / work[1] / (seconds[0] / work[0]), within(1e-12));
        assertThat(ratio.low()).isLessThan(ratio.value());
        assertThat(ratio.high()).isGreaterThan(ratio.value());
        var inverse = comparison.faster("b", "a", Measurement::seconds).orElseThrow();
        assertThat(inverse.value()).isCloseTo(1 / ratio.value(), within(1e-12));
        assertThat(comparison.faster("a", "nobody", Measurement::seconds)).isEmpty();
    }

    @Test
    void isExactWhereNothingVaries() {
        var measurements = new ArrayList<Measurement>();
        for (int item = 0; item < 5; item++) {
            measurements.add(one("ours", "i" + item, 0, 1 + item, 10));
            measurements.add(one("theirs", "i" + item, 0, 2 * (1 + item), 10));
        }
        var ratio = new Comparison(measurements)
                .faster("ours", "theirs", Measurement::seconds)
                .orElseThrow();
        assertThat(ratio).hasToString("2.00 (2.00 to 2.00)");
    }

    @Test
    void theBestIsTheOneWithTheLeastTimeForItsWork() {
        var comparison = new Comparison(
                List.of(one("slow", "x", 0, 4, 10), one("quick", "x", 0, 3, 10), one("idle", "x", 0, 1, 2)));
        assertThat(comparison.best(List.of("slow", "quick", "idle", "absent"), Measurement::seconds))
                .isEqualTo(Optional.of("quick"));
        assertThat(comparison.best(List.of("absent"), Measurement::seconds)).isEmpty();
    }

    @Test
    void wholeAnswersHaveTheirFirstTokenToo() {
        var first = new Measurement("t", "a", "x", 0, 1, 10, 2, 0, "");
        assertThat(first.whole()).isEqualTo(3);
        assertThat(new Comparison(List.of(first)).mean("a", Measurement::whole)).isEqualTo(0.3);
    }

    @Test
    void outputsAreComparedNumberForNumber() {
        var comparison = new Comparison(List.of(
                output("a", "x", "1 2 3 4"),
                output("b", "x", "1 2 3 4"),
                output("a", "y", "1 2 3 4"),
                output("b", "y", "1 2 9 4"),
                output("a", "z", "1 2"),
                output("b", "z", "1 2 3 4"),
                output("a", "only", "1")));
        var agreement = comparison.agreement("a", "b");
        assertThat(agreement.equal()).isEqualTo(1);
        assertThat(agreement.compared()).isEqualTo(3);
        assertThat(agreement.common()).isCloseTo((1 + 0.5 + 0.5) / 3, within(1e-12));
    }

    @Test
    void timeOutsideOfTheEngineIsAShare() {
        var comparison = new Comparison(List.of(
                new Measurement("t", "a", "x", 0, 2, 1, 0, 1.9, ""),
                new Measurement("t", "a", "y", 0, 4, 1, 0, 3.96, ""),
                one("b", "x", 0, 1, 1)));
        var outside = comparison.outside("a").orElseThrow();
        assertThat(outside.minimum()).isCloseTo(0.01, within(1e-12));
        assertThat(outside.maximum()).isCloseTo(0.05, within(1e-12));
        assertThat(comparison.outside("b")).isEmpty();
    }

    private static Measurement one(String contender, String item, int round, double seconds, double work) {
        return new Measurement("t", contender, item, round, seconds, work, 0, 0, "");
    }

    private static Measurement output(String contender, String item, String output) {
        return new Measurement("t", contender, item, 0, 1, 1, 0, 0, output);
    }
}
