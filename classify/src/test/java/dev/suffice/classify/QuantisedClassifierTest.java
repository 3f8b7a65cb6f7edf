package dev.suffice.classify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.suffice.classify.exit.ExitCriteria;
import dev.suffice.classify.exit.ExitLoss;
import dev.suffice.classify.exit.ExitPolicy;
import dev.suffice.classify.exit.HeadOutput;
import dev.suffice.core.Cancellation;
import dev.suffice.core.InvalidRequestException;
import dev.suffice.core.Progress;
import dev.suffice.core.calibrate.LearnThenTest;
import dev.suffice.models.ModelException;
import dev.suffice.models.family.InputScales;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QuantisedClassifierTest {
    private static final ExitPolicy.Auto AGREEMENT =
            new ExitPolicy.Auto(0.2, 0.9, ExitLoss.AGREEMENT, new LearnThenTest());

    @TempDir
    Path folder;

    private Path made(String golden) throws IOException {
        return TinyClassifier.folder(folder.resolve(golden), golden, true);
    }

    private static ClassifierCalibration calibrate(Path made) throws IOException {
        try (var classifier = TinyClassifier.open(made)) {
            return ClassifierCalibration.run(
                    classifier,
                    TinyClassifier.texts(200, 7),
                    List.of(),
                    TinyClassifier.texts(64, 8),
                    Progress.silent(),
                    new Cancellation());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"bert", "roberta", "electra", "distilbert", "bert-tokens", "bert-regression"})
    void scoresAreAboutThoseOfTheOriginal(String golden) throws IOException {
        var made = made(golden);
        calibrate(made);
        try (var classifier = TinyClassifier.open(made)) {
            var texts = TinyClassifier.texts(40, 3);
            var original = classifier.outputs(texts, false, Precision.FLOAT32, Progress.silent(), new Cancellation());
            var small = classifier.outputs(texts, false, Precision.INT8, Progress.silent(), new Cancellation());
            double error = 0;
            double spread = 0;
            for (int text = 0; text < texts.size(); text++) {
                for (int head = 0; head < original.get(text).size(); head++) {
                    double one = original.get(text).get(head).score(0, 0);
                    double mean = original.stream()
                            .mapToDouble(outputs -> outputs.getLast().score(0, 0))
                            .average()
                            .orElseThrow();
                    error += Math.pow(small.get(text).get(head).score(0, 0) - one, 2);
                    spread += Math.pow(one - mean, 2);
                }
            }
            assertThat(Math.sqrt(error / spread)).isBetween(1e-6, 0.05);
        }
    }

    @Test
    void aTextByItselfHasTheAnswerThatItHasAmongOthers() throws IOException {
        var made = made("bert");
        calibrate(made);
        try (var classifier = TinyClassifier.open(made)) {
            var texts = TinyClassifier.texts(30, 5);
            var policy = new ExitPolicy.When(ExitCriteria.named("probability"), 0.6);
            var together = classifier.classify(
                    texts, ClassifyOptions.of(policy).with(Precision.INT8), Progress.silent(), new Cancellation());
            for (int text = 0; text < texts.size(); text++) {
                var alone = classifier.classify(
                        texts.get(text), ClassifyOptions.of(policy).with(Precision.INT8));
                assertThat(alone.precision()).isEqualTo(Precision.INT8);
                assertThat(alone.layer()).isEqualTo(together.get(text).layer());
                assertThat(((Answer.Label) alone.answer()).probability())
                        .isCloseTo(((Answer.Label) together.get(text).answer()).probability(), within(1e-5));
            }
        }
    }

    /** As on processors whose products of signed numbers overflow. */
    @Test
    void unsignedMatricesGiveTheSameAnswers() throws IOException {
        var made = made("bert");
        calibrate(made);
        var texts = TinyClassifier.texts(40, 3);
        List<List<HeadOutput>> signed;
        try (var classifier = TinyClassifier.open(made)) {
            signed = classifier.outputs(texts, false, Precision.INT8, Progress.silent(), new Cancellation());
        }
        System.setProperty("suffice.onnxruntime.unsigned", "true");
        try (var classifier = TinyClassifier.open(made)) {
            var unsigned = classifier.outputs(texts, false, Precision.INT8, Progress.silent(), new Cancellation());
            for (int text = 0; text < texts.size(); text++) {
                for (int head = 0; head < 3; head++) {
                    assertThat(unsigned.get(text).get(head).score(0, 0))
                            .isCloseTo(signed.get(text).get(head).score(0, 0), within(1e-5f));
                }
            }
        } finally {
            System.clearProperty("suffice.onnxruntime.unsigned");
        }
    }

    @Test
    void autoTakesInt8AndCountsWhatItLosesAgainstTheOriginal() throws IOException {
        var made = made("bert");
        var calibrated = calibrate(made);
        assertThat(loss(calibrated, Precision.FLOAT32)).isZero();
        try (var classifier = TinyClassifier.open(made)) {
            var texts = TinyClassifier.texts(200, 7);
            var original = classifier.classify(
                    texts, ClassifyOptions.of(new ExitPolicy.Never()), Progress.silent(), new Cancellation());
            var small = classifier.classify(
                    texts,
                    ClassifyOptions.of(new ExitPolicy.Never()).with(Precision.INT8),
                    Progress.silent(),
                    new Cancellation());
            int differ = 0;
            for (int text = 0; text < texts.size(); text++) {
                differ += label(original.get(text)).equals(label(small.get(text))) ? 0 : 1;
            }
            assertThat(loss(calibrated, Precision.INT8)).isCloseTo(differ / 200.0, within(1e-9));

            assertThat(classifier.precision(ClassifyOptions.of(AGREEMENT))).isEqualTo(Precision.INT8);
            assertThat(classifier.precision(ClassifyOptions.of(new ExitPolicy.Never())))
                    .isEqualTo(Precision.FLOAT32);
            var answers =
                    classifier.classify(texts, ClassifyOptions.of(AGREEMENT), Progress.silent(), new Cancellation());
            assertThat(answers).allMatch(answer -> answer.precision() == Precision.INT8);
            assertThat(classifier
                            .classify("w5", ClassifyOptions.of(AGREEMENT).with(Precision.FLOAT32))
                            .precision())
                    .isEqualTo(Precision.FLOAT32);
        }
    }

    private static double loss(ClassifierCalibration calibrated, Precision precision) {
        return Objects.requireNonNull(calibrated.traces().get(precision)).leastLoss(ExitLoss.AGREEMENT);
    }

    private static String label(Classification classification) {
        return ((Answer.Label) classification.answer()).label();
    }

    /** A promise that nothing keeps is kept by what it is measured against. */
    @Test
    void whatCannotBePromisedRunsWholeInFloat32() throws IOException {
        var made = made("bert");
        calibrate(made);
        try (var classifier = TinyClassifier.open(made)) {
            var strict = new ExitPolicy.Auto(0.0001, 0.99, ExitLoss.AGREEMENT, new LearnThenTest());
            var answer = classifier.classify("w5 w6", ClassifyOptions.of(strict).with(Precision.INT8));
            assertThat(answer.precision()).isEqualTo(Precision.FLOAT32);
            assertThat(answer.layer()).isEqualTo(3);
            assertThat(classifier.calibration(strict, Precision.INT8).policy()).isEqualTo(new ExitPolicy.Never());
        }
    }

    @Test
    void withoutMeasuredInputsThereIsNoInt8() throws IOException {
        var made = made("bert");
        try (var classifier = TinyClassifier.open(made)) {
            assertThatThrownBy(() -> classifier.classify(
                            "w5", ClassifyOptions.of(new ExitPolicy.Never()).with(Precision.INT8)))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining(
                            "precision int8: model tiny was not calibrated for it: ./suffice train exits");
            var calibrated = ClassifierCalibration.run(
                    classifier,
                    TinyClassifier.texts(20, 1),
                    List.of(),
                    List.of(),
                    Progress.silent(),
                    new Cancellation());
            assertThat(calibrated.traces()).containsOnlyKeys(Precision.FLOAT32);
            assertThatThrownBy(() -> classifier.inputScales(List.of(), Progress.silent(), new Cancellation()))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining("no texts");
        }
    }

    @Test
    void damagedScalesAreNamed() throws IOException {
        var made = made("bert");
        calibrate(made);
        var scales = InputScales.read(made);
        assertThat(scales.scales()).hasSize(4 * 3);
        var file = made.resolve(InputScales.FILE);
        var text = Files.readString(file);
        scales.write(made);
        assertThat(file).hasContent(text);
        Files.writeString(file, text.replaceFirst("\"scale\" : [0-9.E-]+", "\"scale\" : -1"));
        refused(made, "int8.json: ");
        Files.writeString(file, text.replaceFirst("layer.0.attention", "layer.9.attention"));
        refused(made, "the range of the input of bert.encoder.layer.0.attention.query_key_value is not known");
    }

    private static void refused(Path made, String message) {
        try (var classifier = TinyClassifier.open(made)) {
            assertThatThrownBy(() -> classifier.classify(
                            "w5", ClassifyOptions.of(new ExitPolicy.Never()).with(Precision.INT8)))
                    .isInstanceOf(ModelException.class)
                    .hasMessageContaining(message);
        }
    }
}
