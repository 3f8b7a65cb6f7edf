package dev.suffice.classify.exit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.suffice.classify.Task;
import dev.suffice.core.InvalidRequestException;
import dev.suffice.core.calibrate.LearnThenTest;
import dev.suffice.models.ModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExitCalibrationTest {
    private static final ExitCriterion PROBABILITY = ExitCriteria.named("probability");

    @TempDir
    Path folder;

    /** Texts of which three heads say more and more: the surer a head is, the likelier it is right. */
    private static ExitTraces traces(int texts, long seed, boolean truths) {
        var random = new Random(seed);
        var outputs = new ArrayList<List<HeadOutput>>();
        var labels = new ArrayList<float[]>();
        for (int text = 0; text < texts; text++) {
            int truth = random.nextInt(2);
            double ease = random.nextGaussian() + 1;
            var heads = new ArrayList<HeadOutput>();
            for (int layer = 2; layer <= 6; layer += 2) {
                double score = ease * layer / 2 + 0.7 * random.nextGaussian();
                float signed = (float) (truth == 1 ? score : -score);
                heads.add(new HeadOutput(layer, new float[][] {{-signed, signed}}, OptionalDouble.empty()));
            }
            outputs.add(heads);
            labels.add(new float[] {truth});
        }
        return ExitTraces.of(Task.LABEL, outputs, truths ? labels : List.of());
    }

    private static ExitPolicy.Auto promise(double risk, ExitLoss loss) {
        return new ExitPolicy.Auto(risk, 0.9, loss, new LearnThenTest());
    }

    private static double loss(ExitTraces traces, ExitLoss loss, ExitPolicy policy) {
        return switch (policy) {
            case ExitPolicy.When(var criterion, double threshold) ->
                traces.losses(loss, criterion, List.of(threshold)).risk(0);
            default -> 0;
        };
    }

    @Test
    void thePromiseIsKeptInAtLeastThePromisedShareOfSplits() {
        var unseen = traces(20_000, 99, true);
        for (var loss : ExitLoss.values()) {
            int broken = 0;
            int early = 0;
            for (int split = 0; split < 200; split++) {
                var calibrated = ExitCalibration.of(traces(1000, split, true), PROBABILITY, promise(0.02, loss));
                broken += loss(unseen, loss, calibrated.policy()) > 0.02 ? 1 : 0;
                early += calibrated.policy() instanceof ExitPolicy.When ? 1 : 0;
            }
            assertThat(broken).as("broken promises of 200, %s", loss).isLessThanOrEqualTo(28);
            assertThat(early).as("calibrations that let texts leave").isGreaterThan(180);
        }
    }

    @Test
    void moreRiskIsFaster() {
        var traces = traces(2000, 1, true);
        double before = 6;
        for (double risk : new double[] {0.005, 0.01, 0.02, 0.05, 0.1}) {
            var calibrated = ExitCalibration.of(traces, PROBABILITY, promise(risk, ExitLoss.AGREEMENT));
            assertThat(calibrated.meanLayers()).isLessThanOrEqualTo(before);
            before = calibrated.meanLayers();
        }
        assertThat(before).isLessThan(4);
    }

    @Test
    void tooFewTextsNeverLeaveAndItIsSaidHowManyWouldDo() {
        var calibrated = ExitCalibration.of(traces(100, 1, true), PROBABILITY, promise(0.01, ExitLoss.ACCURACY));
        assertThat(calibrated.policy()).isEqualTo(new ExitPolicy.Never());
        assertThat(calibrated.meanLayers()).isEqualTo(6);
        assertThat(calibrated.text())
                .isEqualTo(
                        "never: 100 samples are too few to promise a mean loss of 0.01000 at most; at least 230 are needed");
    }

    @Test
    void withoutLabelsThereIsNoAccuracy() {
        assertThatThrownBy(
                        () -> ExitCalibration.of(traces(500, 1, false), PROBABILITY, promise(0.05, ExitLoss.ACCURACY)))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("loss accuracy: the calibration texts had no labels");
        assertThat(ExitCalibration.of(traces(500, 1, false), PROBABILITY, promise(0.05, ExitLoss.AGREEMENT))
                        .policy())
                .isInstanceOf(ExitPolicy.When.class);
    }

    @Test
    void whatIsWrittenIsReadAgain() throws IOException {
        var traces = traces(300, 5, true);
        var file = folder.resolve("calibration.safetensors");
        traces.write(file);
        var read = ExitTraces.read(file, List.of(2, 4, 6));
        assertThat(read.texts()).isEqualTo(300);
        for (var criterion : List.of("probability", "entropy", "gap", "patience")) {
            for (double threshold : new double[] {0.3, 0.6, 0.9}) {
                for (var loss : ExitLoss.values()) {
                    assertThat(read.losses(loss, ExitCriteria.named(criterion), List.of(threshold))
                                    .risk(0))
                            .isEqualTo(traces.losses(loss, ExitCriteria.named(criterion), List.of(threshold))
                                    .risk(0));
                }
            }
        }
        assertThatThrownBy(() -> ExitTraces.read(file, List.of(1, 2, 3)))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("is of a model with heads after layers [2, 4, 6], this one has [1, 2, 3]");
        var bytes = Files.readAllBytes(file);
        bytes[bytes.length - 1] = 0x7F; // a loss far above 1
        Files.write(file, bytes);
        assertThatThrownBy(() -> ExitTraces.read(file, List.of(2, 4, 6)))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("must be between 0 and 1");
    }

    @Test
    void lossesAreWhatTheyAreCalled() {
        var right = new HeadOutput(2, new float[][] {{1, 0}, {0, 1}}, OptionalDouble.empty());
        var whole = new HeadOutput(4, new float[][] {{0, 1}, {0, 1}}, OptionalDouble.empty());
        var traces = ExitTraces.of(Task.TOKENS, List.of(List.of(right, whole)), List.of(new float[] {1, -1}));
        // One of two tokens differs; the one that counts is wrong early and right at the end.
        assertThat(traces.losses(ExitLoss.AGREEMENT, PROBABILITY, List.of(0.0)).risk(0))
                .isEqualTo(0.5);
        assertThat(traces.losses(ExitLoss.ACCURACY, PROBABILITY, List.of(0.0)).risk(0))
                .isEqualTo(1);
        assertThat(traces.losses(ExitLoss.ACCURACY, PROBABILITY, List.of(0.99)).risk(0))
                .isZero();
        var number = ExitTraces.of(
                Task.NUMBER,
                List.of(List.of(
                        new HeadOutput(1, new float[][] {{0.5f}}, OptionalDouble.of(0.8)),
                        new HeadOutput(2, new float[][] {{0.75f}}, OptionalDouble.of(1)))),
                List.of(new float[] {1}));
        var stability = ExitCriteria.named("confidence");
        assertThat(number.losses(ExitLoss.AGREEMENT, stability, List.of(0.5)).risk(0))
                .isEqualTo(0.25);
        assertThat(number.losses(ExitLoss.ACCURACY, stability, List.of(0.5)).risk(0))
                .isEqualTo(0.25);
        assertThat(number.meanLayers(stability, 0.5)).isEqualTo(1);
        // Of numbers between 0 and 5 the same differences are a fifth as much, and none is more than all.
        var outputs = List.of(
                new HeadOutput(1, new float[][] {{0.5f}}, OptionalDouble.of(0.8)),
                new HeadOutput(2, new float[][] {{0.75f}}, OptionalDouble.of(1)));
        for (double range : new double[] {5, 0.1}) {
            var shares = ExitTraces.of(
                    Task.NUMBER, List.of(outputs), List.of(outputs.getLast()), List.of(new float[] {1}), range);
            for (var loss : ExitLoss.values()) {
                assertThat(shares.losses(loss, stability, List.of(0.5)).risk(0))
                        .isCloseTo(Math.min(1, 0.25 / range), within(1e-6));
            }
        }
    }

    @Test
    void surenessOfCriteria() {
        var output = new HeadOutput(1, new float[][] {{0, (float) Math.log(3)}}, OptionalDouble.of(0.4));
        assertThat(ExitCriteria.named("probability").watch().sureness(output)).isCloseTo(0.75, within(1e-6));
        assertThat(ExitCriteria.named("gap").watch().sureness(output)).isCloseTo(0.5, within(1e-6));
        // H(0.75) = 0.8113 bits
        assertThat(ExitCriteria.named("entropy").watch().sureness(output)).isCloseTo(1 - 0.811278, within(1e-5));
        assertThat(ExitCriteria.named("confidence").watch().sureness(output)).isEqualTo(0.4);
        var patience = ExitCriteria.named("patience").watch();
        assertThat(patience.sureness(output)).isEqualTo(0.5);
        assertThat(patience.sureness(output)).isCloseTo(2 / 3.0, within(1e-12));
        assertThat(patience.sureness(new HeadOutput(3, new float[][] {{1, 0}}, OptionalDouble.empty())))
                .isEqualTo(0.5);
    }
}
