package dev.suffice.diffusion.stepsaver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.suffice.core.InvalidRequestException;
import dev.suffice.image.Similarity;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StepCurveTest {
    private static final StepGrid GRID = StepGrid.parse("5, 10,20,50");

    private static List<Similarity> similarities(double... rgbAndDepth) {
        return Arrays.stream(rgbAndDepth).mapToObj(s -> new Similarity(s, s)).toList();
    }

    private static StepCurve curve(double a, double b, double c) {
        return new StepCurve(GRID, similarities(a, b, c), similarities(0, 0, 0));
    }

    @Test
    void theLabelIsTheLeastCountFromWhichOnAllAreClose() {
        assertThat(curve(0.99, 0.99, 0.99).staysClose(0.95, 0.95)).isEqualTo(5);
        assertThat(curve(0.90, 0.95, 0.99).staysClose(0.95, 0.95)).isEqualTo(10);
        assertThat(curve(0.99, 0.90, 0.99).staysClose(0.95, 0.95))
                .as("one that is close by chance")
                .isEqualTo(20);
        assertThat(curve(0.99, 0.99, 0.90).staysClose(0.95, 0.95)).isEqualTo(50);
    }

    @Test
    void coloursAndDepthBothCount() {
        var curve = new StepCurve(
                GRID,
                List.of(new Similarity(0.99, 0.5), new Similarity(0.5, 0.99), new Similarity(0.96, 0.91)),
                similarities(0, 0, 0));
        assertThat(curve.staysClose(0.95, 0.9)).isEqualTo(20);
        assertThat(curve.staysClose(0.4, 0.9)).isEqualTo(10);
        assertThat(curve.staysClose(0.95, 0.95)).isEqualTo(50);
    }

    @Test
    void betweenCountsLogarithmsAreInterpolated() {
        assertThat(GRID.choices()).hasSize(17).startsWith(5, 6).endsWith(19, 20, 50);
        var between = GRID.between(new double[] {0, 1, 3});
        assertThat(between).hasSize(16);
        assertThat(between[0]).isZero();
        assertThat(between[5]).isEqualTo(1);
        assertThat(between[15]).isEqualTo(3);
        assertThat(between[9])
                .isCloseTo(1 + 2 * Math.log(1.4) / Math.log(2), org.assertj.core.api.Assertions.within(1e-12));
        // From 0.2 at 10 to 0.0125 at 20: a sixteenth in an octave, 0.05 after half of it, 14.14 steps.
        assertThat(curve(0.5, 0.8, 0.9875).needs(0.95)).isEqualTo(15);
        assertThat(curve(0.96, 0.97, 0.99).needs(0.95)).isEqualTo(5);
        assertThat(curve(0.96, 0.97, 0.94).needs(0.95)).isEqualTo(50);
        assertThat(curve(0.96, 0.8, 0.99).needs(0.95)).isBetween(13, 15);
        assertThat(curve(0.5, 0.8, 0.99).gaps()).containsExactly(0.5, 1 - 0.8, 1 - 0.99);
    }

    @Test
    void settlingLooksAtTheNextCount() {
        var curve = new StepCurve(GRID, similarities(0, 0, 0), similarities(0.8, 0.97, 0.98));
        assertThat(curve.settles(0.95, 0.95)).isEqualTo(10);
        assertThat(curve.staysClose(0.95, 0.95)).isEqualTo(50);
    }

    @Test
    void refusesNumbersThatAreNone() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> curve(0.9, Double.NaN, 0.9))
                .withMessageEndingWith(": not a number");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new StepCurve(GRID, similarities(1, 1), similarities(1, 1)))
                .withMessage("curves of 2 and 2 similarities for 4 counts: expected 3 each");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "10 | step counts [10]: must be at least two, from 1 up",
                "0,10 | step counts [0, 10]: must be at least two, from 1 up",
                "10,10 | step counts [10, 10]: must rise",
                "10,many | step counts 10,many: must be whole numbers separated by commas",
            })
    void refusesWhatIsNoGrid(String text, String message) {
        assertThatThrownBy(() -> StepGrid.parse(text))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage(message);
    }
}
