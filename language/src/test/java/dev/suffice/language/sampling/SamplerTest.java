package dev.suffice.language.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.suffice.core.InvalidRequestException;
import dev.suffice.core.SufficeException;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SamplerTest {
    private static TokenDistribution of(SamplingOptions options, float... logits) {
        return Writing.of(options, new int[] {0}, TokenRule.NONE).next(logits);
    }

    @Test
    void temperatureIsTheSoftmax() {
        var random = new SplittableRandom(1);
        var logits = new float[50];
        for (int i = 0; i < logits.length; i++) {
            logits[i] = (float) (6 * random.nextDouble() - 3);
        }
        var distribution = of(SamplingOptions.withTemperature(0.8), logits.clone());
        double sum = 0;
        for (var value : logits) {
            sum += Math.exp(value / 0.8);
        }
        double last = 1;
        for (int i = 0; i < distribution.tokens().length; i++) {
            double p = distribution.probabilities()[i];
            assertThat(p).isCloseTo(Math.exp(logits[distribution.tokens()[i]] / 0.8) / sum, within(1e-9));
            assertThat(p).isLessThanOrEqualTo(last);
            last = p;
        }
    }

    @Test
    void filtersKeepTheLikeliest() {
        float a = (float) Math.log(0.5);
        float b = (float) Math.log(0.3);
        float c = (float) Math.log(0.15);
        float d = (float) Math.log(0.05);
        var plain = SamplingOptions.withTemperature(1);
        assertThat(of(plain.withTopK(2), d, a, c, b).tokens()).containsExactly(1, 3);
        assertThat(of(plain.withTopP(0.79), d, a, c, b).tokens()).containsExactly(1, 3);
        assertThat(of(plain.withTopP(0.81), d, a, c, b).tokens()).containsExactly(1, 3, 2);
        assertThat(of(plain.withMinP(0.2), d, a, c, b).tokens()).containsExactly(1, 3, 2);
        assertThat(of(plain.withTopK(2), d, a, c, b).probabilities()[0]).isCloseTo(0.625, within(1e-6));
        assertThat(of(SamplingOptions.greedy(), d, a, c, b).tokens()).containsExactly(1);
        assertThat(of(SamplingOptions.greedy(), 1, 2, 2).likeliest()).isEqualTo(1);
    }

    @Test
    void penaltiesAndBiasChangeScores() {
        var options = SamplingOptions.withTemperature(1).withPenalties(2, 0.5, 0.25);
        var writing = Writing.of(options, new int[] {0, 3}, TokenRule.NONE);
        writing.add(1);
        writing.add(1);
        var distribution = writing.next(new float[] {2, 4, 1, -1, 1});
        // 0: 2 / 2 = 1; 1: 4 / 2 - 0.5 - 2 x 0.25 = 1; 2: 1; 3: -1 x 2 = -2; 4: 1.
        assertThat(distribution.probability(0)).isCloseTo(distribution.probability(2), within(1e-9));
        assertThat(distribution.probability(1)).isCloseTo(distribution.probability(2), within(1e-9));
        assertThat(distribution.probability(3) / distribution.probability(4)).isCloseTo(Math.exp(-3), within(1e-9));
        var banned = of(SamplingOptions.greedy().withBias(Map.of(1, -100.0, 0, 5.0)), 1, 9, 2);
        assertThat(banned.likeliest()).isZero();
    }

    @Test
    void drawsFollowTheDistribution() {
        var distribution = new TokenDistribution(new int[] {5, 2, 9}, new double[] {0.6, 0.3, 0.1});
        var random = new SplittableRandom(9);
        var counts = new int[10];
        for (int i = 0; i < 100_000; i++) {
            counts[distribution.draw(random)]++;
        }
        assertThat(counts[5] / 1e5).isCloseTo(0.6, within(0.01));
        assertThat(counts[2] / 1e5).isCloseTo(0.3, within(0.01));
        assertThat(counts[9] / 1e5).isCloseTo(0.1, within(0.01));
    }

    @Test
    void whatIsLeftOfADistribution() {
        var p = new TokenDistribution(new int[] {1, 2, 3}, new double[] {0.5, 0.3, 0.2});
        var q = new TokenDistribution(new int[] {1, 4}, new double[] {0.7, 0.3});
        var left = p.without(q);
        assertThat(left.tokens()).containsExactly(2, 3);
        assertThat(left.probabilities()[0]).isCloseTo(0.6, within(1e-12));
        assertThat(p.without(p)).isSameAs(p);
    }

    @Test
    void whatCannotBeIsRefused() {
        assertThatThrownBy(() -> SamplingOptions.withTemperature(-1))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("temperature -1.0: must be between 0 and 100");
        assertThatThrownBy(() -> SamplingOptions.greedy().withTopP(0))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("top-p 0.0: must be above 0 and at most 1");
        assertThatThrownBy(() -> of(SamplingOptions.greedy(), 1, Float.NaN))
                .isInstanceOf(SufficeException.class)
                .hasMessageContaining("score of token 1: not a number");
        assertThatThrownBy(() -> of(SamplingOptions.greedy().withBias(Map.of(0, -100.0)), 1))
                .isInstanceOf(SufficeException.class)
                .hasMessageContaining("no token is left");
    }
}
