package dev.suffice.train.stepsaver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RidgeTest {
    /** The weights make the gradient of the penalised error zero: checked by small changes of each. */
    @Test
    void noChangeOfAWeightMakesThePenalisedErrorSmaller() {
        var random = new SplittableRandom(1);
        var inputs = new ArrayList<float[]>();
        var targets = new ArrayList<double[]>();
        for (int e = 0; e < 40; e++) {
            var x = new float[] {(float) random.nextGaussian(), (float) (3 * random.nextGaussian() + 5), 7};
            inputs.add(x);
            targets.add(new double[] {2 * x[0] - x[1] + random.nextGaussian(), random.nextGaussian()});
        }
        var used = new boolean[] {true, true, true};
        var ridge = Ridge.fit(inputs, targets, used, 15);
        for (int o = 0; o < 2; o++) {
            double least = error(inputs, targets, ridge, o);
            for (int i = 0; i < 2; i++) {
                for (double change : new double[] {-1e-3, 1e-3}) {
                    ridge.weight()[o][i] += change;
                    assertThat(error(inputs, targets, ridge, o)).isGreaterThan(least);
                    ridge.weight()[o][i] -= change;
                }
            }
            assertThat(ridge.weight()[o][2]).as("a feature that never changes").isZero();
        }
        var plain = Ridge.fit(inputs, targets, used, 1e-9);
        assertThat(plain.weight()[0][0]).isCloseTo(2, within(0.5));
        assertThat(plain.weight()[0][1]).isCloseTo(-1, within(0.2));
        assertThat(Ridge.fit(inputs, targets, new boolean[3], 1).weight()[0]).containsOnly(0);
    }

    /** With the best bias, and the penalty on weights of standardised inputs. */
    private static double error(List<float[]> inputs, List<double[]> targets, Ridge ridge, int o) {
        int n = inputs.size();
        double bias = 0;
        for (int e = 0; e < n; e++) {
            bias += (targets.get(e)[o] - ridge.predict(inputs.get(e), o)) / n;
        }
        double error = 0;
        for (int e = 0; e < n; e++) {
            double miss = targets.get(e)[o] - ridge.predict(inputs.get(e), o) - bias;
            error += miss * miss;
        }
        for (int i = 0; i < 2; i++) {
            double mean = 0;
            double squares = 0;
            for (var x : inputs) {
                mean += x[i] / (double) n;
                squares += (double) x[i] * x[i] / n;
            }
            double weight = ridge.weight()[o][i] * Math.sqrt(squares - mean * mean);
            error += 15 * weight * weight;
        }
        return error;
    }
}
