package dev.suffice.core.calibrate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Promises are kept: many data sets are drawn of which the true risk of every setting is known, a setting is chosen by each, and the true risks of those chosen are
 * compared with the promise. Seeds are fixed; what is allowed has three standard deviations of chance in it. What is chosen without a correction breaks the promise.
 */
class RiskControlGuaranteeTest {
    private static final int SETS = 1500;
    private static final double CONFIDENCE = 0.9;
    private static final double ALLOWED = SETS * (1 - CONFIDENCE) + 3 * Math.sqrt(SETS * (1 - CONFIDENCE) * CONFIDENCE);

    /** Draws a table of losses of settings with these true risks. */
    private interface Population {
        double[][] draw(double[] risks, int samples, SplittableRandom random);

        /** Right or wrong, and who is wrong with a setting is wrong with all faster ones. */
        Population NESTED = (risks, samples, random) -> {
            var losses = new double[risks.length][samples];
            for (int i = 0; i < samples; i++) {
                double hard = random.nextDouble();
                for (int s = 0; s < risks.length; s++) {
                    losses[s][i] = hard < risks[s] ? 1 : 0;
                }
            }
            return losses;
        };

        /** Right or wrong, each setting by itself. */
        Population SEPARATE = (risks, samples, random) -> {
            var losses = new double[risks.length][samples];
            for (int s = 0; s < risks.length; s++) {
                for (int i = 0; i < samples; i++) {
                    losses[s][i] = random.nextDouble() < risks[s] ? 1 : 0;
                }
            }
            return losses;
        };

        /** Anything between nothing and twice the risk. */
        Population PARTS = (risks, samples, random) -> {
            var losses = new double[risks.length][samples];
            for (int i = 0; i < samples; i++) {
                double hard = 2 * random.nextDouble();
                for (int s = 0; s < risks.length; s++) {
                    losses[s][i] = hard * risks[s];
                }
            }
            return losses;
        };
    }

    private static double[] risks(int settings, double step) {
        var risks = new double[settings];
        for (int s = 0; s < settings; s++) {
            risks[s] = step * (s + 1);
        }
        return risks;
    }

    /** In how many of the sets the true risk of the choice is above what is promised. */
    private static int broken(RiskControl control, Population population, double[] risks, int samples, double risk) {
        var random = new SplittableRandom(11);
        int broken = 0;
        for (int set = 0; set < SETS; set++) {
            var outcome = control.choose(LossTable.of(population.draw(risks, samples, random), 1), risk, CONFIDENCE);
            if (outcome.choice() instanceof Choice.Fastest(var setting) && risks[setting] > risk) {
                broken++;
            }
        }
        return broken;
    }

    /** The fastest setting whose mean loss is within the risk as it is; -1 if none. */
    private static int uncorrected(LossTable losses, double risk) {
        int chosen = -1;
        for (int s = 0; s < losses.settings() && losses.risk(s) <= risk; s++) {
            chosen = s;
        }
        return chosen;
    }

    @Test
    void whatIsPromisedWithAProbabilityIsKeptWithIt() {
        // One setting is barely within the risk, the next barely above: the hardest place to stop.
        var risks = new double[] {0.02, 0.04, 0.06, 0.08, 0.0995, 0.1005, 0.101, 0.15, 0.3};
        for (var population : new Population[] {Population.NESTED, Population.SEPARATE, Population.PARTS}) {
            for (var control : new RiskControl[] {new LearnThenTest(), new UpperConfidenceBound()}) {
                assertThat(broken(control, population, risks, 250, 0.1))
                        .as(control.name())
                        .isLessThanOrEqualTo((int) ALLOWED);
            }
        }
    }

    @Test
    void whereOnlyBadSettingsAreToBeHadTheyAreRarelyTaken() {
        var risks = new double[] {0.0501};
        for (var control : new RiskControl[] {new LearnThenTest(), new UpperConfidenceBound()}) {
            assertThat(broken(control, Population.NESTED, risks, 400, 0.05))
                    .as(control.name())
                    .isBetween(1, (int) ALLOWED);
        }
    }

    @Test
    void samplesMayBeSorted() {
        // Those that lose last: whoever bets has won before the first of them comes.
        Population sorted = (risks, samples, random) -> {
            var losses = Population.NESTED.draw(risks, samples, random);
            for (var row : losses) {
                Arrays.sort(row);
            }
            return losses;
        };
        assertThat(broken(new UpperConfidenceBound(), sorted, new double[] {0.0501}, 400, 0.05))
                .isBetween(1, (int) ALLOWED);
        var random = new SplittableRandom(11);
        int broken = 0;
        for (int set = 0; set < SETS; set++) {
            var losses = sorted.draw(new double[] {0.0501}, 400, random)[0];
            if (UpperConfidenceBound.bound(losses, new Promise(0.05, 1, CONFIDENCE)) <= 0.05) {
                broken++;
            }
        }
        assertThat(broken).as("not shuffled").isGreaterThan((int) (1.5 * ALLOWED));
    }

    @Test
    void withoutACorrectionThePromiseIsBroken() {
        var risks = new double[] {0.02, 0.04, 0.06, 0.08, 0.0995, 0.1005, 0.101, 0.15, 0.3};
        var random = new SplittableRandom(11);
        int broken = 0;
        for (int set = 0; set < SETS; set++) {
            int chosen = uncorrected(LossTable.of(Population.NESTED.draw(risks, 250, random), 1), 0.1);
            if (chosen >= 0 && risks[chosen] > 0.1) {
                broken++;
            }
        }
        assertThat(broken).isGreaterThan((int) (2 * ALLOWED));
    }

    @Test
    void whatIsPromisedOnAverageIsKeptOnAverage() {
        var risks = risks(200, 0.004);
        double allowed = 0.1;
        var random = new SplittableRandom(12);
        var corrected = new double[SETS];
        var naive = new double[SETS];
        for (int set = 0; set < SETS; set++) {
            var losses = LossTable.of(Population.NESTED.draw(risks, 25, random), 1);
            var outcome = new ConformalRiskControl().choose(losses, allowed, CONFIDENCE);
            corrected[set] = outcome.choice() instanceof Choice.Fastest(var setting) ? risks[setting] : 0;
            int chosen = uncorrected(losses, allowed);
            naive[set] = chosen < 0 ? 0 : risks[chosen];
        }
        double noise = 3 * deviation(corrected) / Math.sqrt(SETS);
        assertThat(mean(corrected)).isLessThan(allowed + noise).isGreaterThan(0.6 * allowed);
        assertThat(mean(naive)).as("without a correction").isGreaterThan(allowed + noise);
    }

    @Test
    void onAverageHoldsForLossesThatRiseAndFallToo() {
        var risks = risks(40, 0.004);
        var random = new SplittableRandom(13);
        var chosen = new double[SETS];
        for (int set = 0; set < SETS; set++) {
            var losses = LossTable.of(Population.SEPARATE.draw(risks, 60, random), 1);
            var outcome = new ConformalRiskControl().choose(losses, 0.1, CONFIDENCE);
            chosen[set] = outcome.choice() instanceof Choice.Fastest(var setting) ? risks[setting] : 0;
        }
        assertThat(mean(chosen)).isLessThan(0.1).isGreaterThan(0);
    }

    @Test
    void theBettingBoundIsTighterWhereLossesVaryLittle() {
        var random = new SplittableRandom(14);
        var losses = LossTable.of(Population.PARTS.draw(risks(60, 0.002), 250, random), 1);
        var ltt = new LearnThenTest().choose(losses, 0.1, CONFIDENCE);
        var ucb = new UpperConfidenceBound().choose(losses, 0.1, CONFIDENCE);
        assertThat(((Choice.Fastest) ucb.choice()).setting())
                .isGreaterThan(((Choice.Fastest) ltt.choice()).setting() + 5);
    }

    private static double mean(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum / values.length;
    }

    private static double deviation(double[] values) {
        double mean = mean(values);
        double sum = 0;
        for (double value : values) {
            sum += (value - mean) * (value - mean);
        }
        return Math.sqrt(sum / (values.length - 1));
    }
}
