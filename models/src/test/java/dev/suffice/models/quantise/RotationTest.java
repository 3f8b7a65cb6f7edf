package dev.suffice.models.quantise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RotationTest {
    private static float[] random(int size, long seed) {
        var random = new SplittableRandom(seed);
        var x = new float[size];
        for (int i = 0; i < size; i++) {
            x[i] = (float) random.nextGaussian();
        }
        return x;
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 16, 24, 576, 896, 960})
    void productsOfTurnedVectorsStayWhatTheyWere(int size) {
        var rotation = Rotation.of(size).orElseThrow();
        var a = random(size, 1);
        var b = random(size, 2);
        double before = dot(a, b);
        rotation.apply(a);
        rotation.apply(b);
        assertThat(dot(a, b)).isCloseTo(before, within(1e-4 * size));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 24, 576})
    void turningBackGivesTheVectorAgain(int size) {
        var rotation = Rotation.of(size).orElseThrow();
        var x = random(size, 3);
        var turned = x.clone();
        rotation.apply(turned);
        rotation.invert(turned);
        for (int i = 0; i < size; i++) {
            assertThat(turned[i]).isCloseTo(x[i], within(1e-5f));
        }
    }

    @Test
    void theMatrixTurnsToo() {
        int size = 24;
        var rotation = Rotation.of(size).orElseThrow();
        var x = random(size, 4);
        var matrix = rotation.matrix();
        var product = new double[size];
        for (int i = 0; i < size; i++) {
            for (int k = 0; k < size; k++) {
                product[k] += (double) x[i] * matrix[i * size + k];
            }
        }
        rotation.apply(x);
        for (int k = 0; k < size; k++) {
            assertThat(product[k]).isCloseTo(x[k], within(1e-5));
        }
    }

    @Test
    void whatStandsOutIsSpread() {
        var x = new float[576];
        x[17] = 24; // all of a vector whose root mean square is 1
        Rotation.of(576).orElseThrow().apply(x);
        for (var value : x) {
            assertThat(Math.abs(value)).isLessThan(2);
        }
    }

    @Test
    void sizesWithALargeOddPartHaveNone() {
        assertThat(Rotation.of(257)).isEmpty();
        assertThat(Rotation.of(2 * 255)).isPresent();
        assertThat(Rotation.of(0)).isEmpty();
    }
}
