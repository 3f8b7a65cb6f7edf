package dev.suffice.diffusion.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** The small types that samplers share, against obvious implementations. */
class NumericsTest {
    @Test
    void approximateLogIsALogarithm() {
        for (float x = 1e-6f; x < 1e6f; x *= 1.013f) {
            float expected = (float) Math.log(x);
            assertThat(Float32.approximateLog(x))
                    .isCloseTo(expected, within(4 * Math.ulp(Math.max(1e-2f, Math.abs(expected)))));
        }
        assertThat(Float32.approximateLog(0)).isEqualTo(Float.NEGATIVE_INFINITY);
        assertThat(Float32.approximateLog(-1)).isNaN();
        assertThat(Float32.approximateLog(1)).isZero();
    }

    @Test
    void betaDistributionMatchesItsIntegral() {
        for (double a : new double[] {0.6, 1, 2.5}) {
            for (double b : new double[] {0.6, 1, 3}) {
                double total = integral(1, a, b);
                for (double x : new double[] {0.001, 0.1, 0.33, 0.5, 0.77, 0.95, 0.999}) {
                    double expected = integral(x, a, b) / total;
                    assertThat(BetaDistribution.cumulative(x, a, b)).isCloseTo(expected, within(2e-5));
                    assertThat(BetaDistribution.quantile(BetaDistribution.cumulative(x, a, b), a, b))
                            .isCloseTo(x, within(1e-10));
                }
            }
        }
        assertThat(BetaDistribution.quantile(0, 0.6, 0.6)).isZero();
        assertThat(BetaDistribution.quantile(1, 0.6, 0.6)).isEqualTo(1);
        assertThat(BetaDistribution.quantile(0.5, 0.6, 0.6)).isCloseTo(0.5, within(1e-14));
    }

    /** Midpoint rule after t = u^4 / (u^4 + (1 - u)^4), which takes the singularities at both ends away. */
    private static double integral(double x, double a, double b) {
        double end = Math.pow(x, 0.25) / (Math.pow(x, 0.25) + Math.pow(1 - x, 0.25));
        int intervals = 40_000;
        double width = end / intervals;
        double sum = 0;
        for (int i = 0; i < intervals; i++) {
            double u = (i + 0.5) * width;
            double p = Math.pow(u, 4);
            double q = Math.pow(1 - u, 4);
            double t = p / (p + q);
            double slope = 4 * Math.pow(u * (1 - u), 3) / ((p + q) * (p + q));
            sum += Math.pow(t, a - 1) * Math.pow(q / (p + q), b - 1) * slope * width;
        }
        return sum;
    }

    @Test
    void lagrangeIntegralsAreExactForPolynomials() {
        var nodes = new double[] {3, 4.5, 7, 11};
        double total = 0;
        double cubic = 0;
        for (int which = 0; which < nodes.length; which++) {
            double weight = LagrangeBasis.integral(nodes, which, 3, 1.5);
            total += weight;
            cubic += weight * Math.pow(nodes[which], 3);
        }
        assertThat(total).isCloseTo(-1.5, within(1e-12));
        assertThat(cubic).isCloseTo((Math.pow(1.5, 4) - Math.pow(3, 4)) / 4, within(1e-9));
    }

    @Test
    void logRhoIntegralsAreExactForPolynomialsInTheLogarithm() {
        for (var nodes : new float[][] {{2f, 3.5f}, {2f, 3.5f, 8f}}) {
            double constant = 0;
            double logarithm = 0;
            for (int which = 0; which < nodes.length; which++) {
                double weight = LogRhoBasis.integral(nodes, which, 0.7f);
                constant += weight;
                logarithm += weight * Math.log(nodes[which]);
            }
            assertThat(constant).isCloseTo(0.7 - 2, within(1e-5));
            // the antiderivative of log x is x log x - x
            assertThat(logarithm).isCloseTo(0.7 * Math.log(0.7) - 0.7 - (2 * Math.log(2) - 2), within(1e-5));
        }
    }

    @Test
    void linearSystemsAreSolved() {
        var solution = LinearSystem.solve(new float[][] {{0, 2, 1}, {1, 1, 0}, {3, -1, 4}}, new float[] {7, 3, 13});
        assertThat(solution).containsExactly(new float[] {1, 2, 3}, within(1e-6f));
    }

    @Test
    void timestepsAndSigmasAreInverse() {
        var schedule = NoiseSchedule.of(
                SchedulerConfig.of(Map.of()),
                NoiseSchedule.Defaults.STABLE_DIFFUSION,
                NoiseSchedule.TerminalSnr.AS_TRAINED);
        var table = new SigmaTable(schedule);
        for (int t = 0; t < 1000; t += 37) {
            assertThat(table.timestepOf(table.at(t))).isCloseTo(t, within(1e-3));
        }
        assertThat(table.timestepOf(1e9)).isEqualTo(999);
        assertThat(table.timestepOf(0)).isZero();
        assertThat(table.at(-5)).isEqualTo(table.smallest());
        assertThat(table.at(5000)).isEqualTo(table.largest());
    }

    @Test
    void spacingsHaveOneTimestepForEachStep() {
        for (int steps = 1; steps <= 1000; steps++) {
            for (var spacing : TimestepSpacing.values()) {
                var points = spacing.wholePoints(1000, steps, 0);
                assertThat(points).hasSize(steps);
                assertThat(points[0]).isBetween(0.0, 999.0);
                assertThat(points[steps - 1]).isBetween(0.0, 999.0);
                assertThat(spacing.intervals(1000, 1000, steps, 0)).hasSize(steps);
            }
        }
        assertThat(TimestepSpacing.TRAILING.wholePoints(1000, 4, 0)).containsExactly(999, 749, 499, 249);
        assertThat(TimestepSpacing.LEADING.wholePoints(1000, 4, 1)).containsExactly(751, 501, 251, 1);
        assertThat(TimestepSpacing.LINSPACE.wholePoints(1000, 4, 0)).containsExactly(999, 666, 333, 0);
    }

    @Test
    void zeroTerminalSnrEndsInPureNoise() {
        var config = SchedulerConfig.of(Map.of("rescale_betas_zero_snr", true));
        var exact = NoiseSchedule.of(config, NoiseSchedule.Defaults.STABLE_DIFFUSION, NoiseSchedule.TerminalSnr.ZERO);
        var finite = NoiseSchedule.of(
                config, NoiseSchedule.Defaults.STABLE_DIFFUSION, NoiseSchedule.TerminalSnr.NEARLY_ZERO);
        var ignored =
                NoiseSchedule.of(config, NoiseSchedule.Defaults.STABLE_DIFFUSION, NoiseSchedule.TerminalSnr.AS_TRAINED);
        assertThat(exact.alphaBar(999)).isZero();
        assertThat(finite.sigmas()[999]).isEqualTo(4096f, within(0.01f));
        assertThat(ignored.alphaBar(999)).isGreaterThan(0.004f);
        assertThat(exact.alphaBar(0)).isEqualTo(ignored.alphaBar(0), within(1e-6f));
    }

    @Test
    void sigmaSpacingsStartAndEndWhereTold() {
        for (var spacing : new SigmaSpacing[] {new KarrasSigmas(), new ExponentialSigmas(), new BetaSigmas()}) {
            var sigmas = spacing.between(14.6, 0.03, 12);
            assertThat(sigmas).hasSize(12);
            assertThat(sigmas[0]).isCloseTo(14.6, within(1e-9));
            assertThat(sigmas[11]).isCloseTo(0.03, within(1e-9));
            for (int i = 1; i < sigmas.length; i++) {
                assertThat(sigmas[i]).isLessThan(sigmas[i - 1]);
            }
            assertThat(spacing.between(14.6, 0.03, 1)).containsExactly(new double[] {14.6}, within(1e-9));
        }
    }

    @Test
    void dynamicThresholdTreatsEveryImageByItself() {
        var images = new float[] {0.5f, -0.5f, 0.25f, 1f, 4f, -4f, 2f, 1f};
        new CleanLimit.DynamicThreshold(1, 3).apply(images, 2);
        assertThat(images).containsExactly(0.5f, -0.5f, 0.25f, 1f, 1f, -1f, 2f / 3, 1f / 3);
    }
}
