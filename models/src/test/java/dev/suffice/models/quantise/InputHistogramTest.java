package dev.suffice.models.quantise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class InputHistogramTest {
    private static double error(float[] values, InputScale scale) {
        double sum = 0;
        for (float value : values) {
            int number = Math.clamp(Math.round(value / scale.scale()) + scale.zero(), 0, 255);
            double lost = value - (number - scale.zero()) * (double) scale.scale();
            sum += lost * lost;
        }
        return sum / values.length;
    }

    private static InputScale best(float[] values) {
        var histogram = new InputHistogram();
        for (int from = 0; from < values.length; from += 1000) {
            histogram.add(values, from, Math.min(values.length, from + 1000));
        }
        return histogram.best();
    }

    /** The obvious way: every range of a fine grid is tried on the elements themselves. */
    private static double leastError(float[] values, float low, float high) {
        double least = Double.POSITIVE_INFINITY;
        for (int i = 0; i <= 40; i++) {
            for (int j = 0; j <= 40; j++) {
                if (i + j > 0) {
                    least = Math.min(least, error(values, InputScale.between(low * i / 40, high * j / 40)));
                }
            }
        }
        return least;
    }

    private static float[] normal(int count, double mean, double deviation, long seed) {
        var random = new Random(seed);
        var values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian(mean, deviation);
        }
        return values;
    }

    @Test
    void theRangeIsTheOneThatLosesLeast() {
        for (double mean : new double[] {0, 1.5, -4}) {
            var values = normal(20_000, mean, 1, 3);
            values[5] = 30; // far from all others
            values[6] = -9;
            assertThat(error(values, best(values))).isLessThan(1.03 * leastError(values, -9, 30));
        }
    }

    @Test
    void aLargeElementDoesNotMakeTheOthersCoarse() {
        var values = normal(400_000, 0, 1, 4);
        values[77] = 12;
        assertThat(best(values).scale() * 255).isBetween(7f, 12f);
    }

    @Test
    void zeroIsExact() {
        for (var values : new float[][] {{0.5f, 0.7f, 1}, {-0.5f, -0.7f, -1}, {-0.1f, 1, 0.4f}}) {
            var scale = best(values);
            assertThat(error(new float[] {0}, scale)).isZero();
            assertThat(error(values, scale)).isCloseTo(0, within(1e-4));
        }
    }

    @Test
    void elementsThatAreNoNumbersAreRefused() {
        var histogram = new InputHistogram();
        assertThatThrownBy(() -> histogram.add(new float[] {1, Float.NaN}, 0, 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("element NaN: not finite");
        assertThatThrownBy(() -> histogram.add(new float[] {Float.POSITIVE_INFINITY}, 0, 1))
                .hasMessageContaining("not finite");
        assertThatThrownBy(new InputHistogram()::best).isInstanceOf(IllegalStateException.class);
    }
}
