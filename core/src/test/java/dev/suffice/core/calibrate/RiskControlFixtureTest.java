package dev.suffice.core.calibrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Against what {@code bench/peers/record_risk_controls.py} recorded in Python, with sums of all terms, and against such sums here. */
class RiskControlFixtureTest {
    private static final JsonNode RECORDED = recorded();

    private static JsonNode recorded() {
        try (var in = RiskControlFixtureTest.class.getResourceAsStream("/risk-controls.json")) {
            return JsonMapper.shared().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Offset<Double> near(double expected) {
        return within(Math.max(1e-14, 1e-11 * Math.abs(expected)));
    }

    @Test
    void tailsOfTheBinomialDistributionAreExact() {
        assertThat(RECORDED.path("tails")).hasSize(19);
        for (var one : RECORDED.path("tails")) {
            double expected = one.path("expected").asDouble();
            assertThat(BinomialTail.logCdf(
                            one.path("k").asLong(),
                            one.path("n").asLong(),
                            one.path("p").asDouble()))
                    .as(one.toString())
                    .isCloseTo(expected, near(expected));
        }
    }

    @Test
    void everyTailOfSmallNumbersIsASum() {
        var digits = new MathContext(50);
        for (var p : new double[] {1e-6, 0.03, 0.5, 0.8, 0.999}) {
            for (int n = 1; n <= 40; n++) {
                var sum = BigDecimal.ZERO;
                var ways = BigDecimal.ONE;
                for (int k = 0; k <= n; k++) {
                    var exact = new BigDecimal(p);
                    sum = sum.add(ways.multiply(exact.pow(k))
                            .multiply(BigDecimal.ONE.subtract(exact).pow(n - k)));
                    ways = ways.multiply(new BigDecimal(n - k)).divide(new BigDecimal(k + 1), digits);
                    double expected = sum.doubleValue();
                    assertThat(Math.exp(BinomialTail.logCdf(k, n, p)))
                            .as("%d of %d with %s", k, n, p)
                            .isCloseTo(expected, within(1e-12 * expected));
                }
            }
        }
    }

    @Test
    void divergencesAreExactEvenOfNearlyEqualNumbers() {
        assertThat(RECORDED.path("divergences")).hasSize(8);
        for (var one : RECORDED.path("divergences")) {
            double expected = one.path("expected").asDouble();
            assertThat(BinomialTail.divergence(
                            one.path("a").asDouble(), one.path("p").asDouble()))
                    .as(one.toString())
                    .isCloseTo(expected, within(1e-9 * expected));
        }
    }

    @Test
    void pValuesAreThoseOfHoeffdingAndBentkus() {
        assertThat(RECORDED.path("p_values")).hasSize(6);
        for (var one : RECORDED.path("p_values")) {
            double expected = one.path("expected").asDouble();
            assertThat(LearnThenTest.pValue(
                            one.path("sum").asDouble(),
                            one.path("n").asLong(),
                            one.path("eps").asDouble()))
                    .as(one.toString())
                    .isCloseTo(expected, within(1e-11 * expected));
        }
    }

    @Test
    void theBettingBoundIsTheRootOfItsFormula() {
        assertThat(RECORDED.path("bounds")).hasSize(6);
        for (var one : RECORDED.path("bounds")) {
            var losses = new double[one.path("losses").size()];
            for (int i = 0; i < losses.length; i++) {
                losses[i] = one.path("losses").get(i).asDouble();
            }
            double bound = one.path("bound").asDouble();
            double expected = one.path("expected").asDouble();
            for (var risk : new double[] {0.01 * bound, 0.2 * bound, 0.99 * bound}) {
                var promise = new Promise(risk, bound, 1 - one.path("delta").asDouble());
                double found = UpperConfidenceBound.bound(losses, promise);
                assertThat(found).as(one.toString()).isCloseTo(expected, within(1e-9 * bound));
                assertThat(found <= risk).isEqualTo(expected <= risk);
            }
        }
    }

    @Test
    void aCapitalBelowTheSmallestNumberIsNotForgotten() {
        // First everything is lost, which takes the capital to about 1e-430; then nothing is, and it comes back.
        var losses = new double[20_000];
        Arrays.fill(losses, 0, 2_000, 1);
        double found = UpperConfidenceBound.bound(losses, new Promise(0.3, 1, 0.9));
        double plain = 1;
        for (double low = 0, high = 1; high - low > 1e-12; ) {
            double middle = (low + high) / 2;
            if (logCapital(losses, 0.1, middle) > Math.log(10)) {
                high = middle;
            } else {
                low = middle;
            }
            plain = high;
        }
        assertThat(found).isCloseTo(plain, within(1e-9)).isLessThan(1);
    }

    private static double logCapital(double[] losses, double delta, double risk) {
        double best = Double.NEGATIVE_INFINITY;
        double capital = 0;
        double sum = 0.5;
        double squares = 0.25;
        for (int i = 0; i < losses.length; i++) {
            double stake = Math.min(1, Math.sqrt(2 * Math.log(1 / delta) / (losses.length * squares / (i + 1))));
            capital += Math.log(1 - stake * (losses[i] - risk));
            best = Math.max(best, capital);
            sum += losses[i];
            squares += Math.pow(losses[i] - sum / (i + 2), 2);
        }
        return best;
    }
}
