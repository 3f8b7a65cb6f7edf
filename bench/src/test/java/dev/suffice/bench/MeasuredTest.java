package dev.suffice.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.suffice.core.InvalidRequestException;
import dev.suffice.image.DepthScale;
import dev.suffice.image.RgbdImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MeasuredTest {
    private static final Measured ONE = new Measured(
            3, 3001, "50+skip=0.05,guidance=0.98", 50, 38, 123, 0.25, 0.99, 0.98, 0.01, 1, new double[] {0.5, -2, 0});

    @Test
    void comesBackFromItsLine() {
        var back = Measured.of(ONE.line());
        assertThat(back.line()).isEqualTo(ONE.line());
        assertThat(back.features()).containsExactly(0.5, -2, 0);
        assertThat(back.variation()).isEqualTo(ONE.variation());
        assertThat(back.similarity()).isEqualTo(0.98);
    }

    @Test
    void aFileThatWasCutOffGoesOnAfterItsLastWholeLine(@TempDir Path folder) throws IOException {
        var file = folder.resolve("runs.csv");
        StepRuns.open(file).add(List.of(ONE, ONE.named("10")));
        Files.writeString(file, ONE.named("20").line().substring(0, 40), StandardOpenOption.APPEND);
        var runs = StepRuns.open(file);
        assertThat(runs.has(3, 3001, "10", 50)).isTrue();
        assertThat(runs.has(3, 3001, "20", 50)).isFalse();
        assertThat(Files.readAllLines(file)).hasSize(3);
    }

    @Test
    void anImageThatWasMeasuredAgainCountsOnceAndTheLastTime(@TempDir Path folder) throws IOException {
        var file = folder.resolve("runs.csv");
        var again = new Measured(3, 3001, ONE.variation(), 14, 18, 1, 0.1, 0.9, 0.9, 0, 1, new double[] {1});
        StepRuns.open(file).add(List.of(ONE));
        var runs = StepRuns.open(file);
        assertThat(runs.has(3, 3001, ONE.variation(), 14)).isFalse();
        runs.add(List.of(again));
        for (var one : List.of(runs, StepRuns.open(file))) {
            assertThat(one.of(ONE.variation()))
                    .hasSize(1)
                    .first()
                    .extracting(Measured::steps)
                    .isEqualTo(14);
            assertThat(one.has(3, 3001, ONE.variation(), 14)).isTrue();
        }
    }

    @Test
    void depthErrorIsRelativeToTheDistance() {
        var scale = new DepthScale.Logarithmic(0.3, 100);
        // 65535 steps are a factor of 1000/3.
        int tenth = (int) Math.round(65535 * Math.log(1.1) / Math.log(100 / 0.3));
        assertThat(StepExperiment.depthError(flat(30000, scale), flat(30000 - tenth, scale)))
                .isCloseTo(0.1, org.assertj.core.data.Offset.offset(1e-4));
        assertThat(StepExperiment.depthError(flat(30000, scale), flat(30000, scale)))
                .isZero();
    }

    private static RgbdImage flat(int depth, DepthScale scale) {
        var depths = new short[16];
        Arrays.fill(depths, (short) depth);
        return new RgbdImage(4, 4, new byte[48], depths, scale);
    }

    @Test
    void variationsAreNumbersOrWords() {
        assertThat(Variation.parseAll("10;recommended+skip=0.1;auto"))
                .extracting(v -> v.choice().getClass().getSimpleName())
                .containsExactly("Fixed", "Recommended", "Auto");
        assertThatThrownBy(() -> Variation.parse("many"))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage(
                        "variation many: must be a number of steps, recommended, mean, length or auto, and rules after a +: 50+skip=0.05,guidance");
    }
}
