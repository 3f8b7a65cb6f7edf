package dev.suffice.diffusion.stepsaver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.suffice.core.InvalidRequestException;
import dev.suffice.core.SufficeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StepPredictorTest {
    private static final StepGrid GRID = new StepGrid(List.of(4, 8, 16, 32, 50));

    /** It reads the first feature: the larger, the harder. */
    private static GapRegression regression(float worth) {
        return new GapRegression(
                new float[][] {{worth, 0, 0}, {worth, 0.1f, 0}, {worth, 0, 0}, {worth, 0, 0}},
                new float[] {0, 0.1f, 0, 0},
                new float[][] {{-2, -2.6f, -3.2f, -4}, {-3, -4, -4.5f, -5}},
                new float[][] {{0.5f, 0.5f, 0.5f, 0.5f}, {1, 1, 1, 1}},
                new float[][] {{0.5f, 0.5f, 0.4f, 0.5f}, {1, 1, 1, 1}});
    }

    private static StepCalibration uniform(int size) {
        var values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (i + 1f) / (size + 1);
        }
        return new StepCalibration(values, values);
    }

    private static StepPredictor predictor() {
        return new StepPredictor(
                new StepPredictor.Settings(
                        "0123456789abcdef", Optional.empty(), List.of("ddim", "euler"), GRID, 0.95, 4, 0.1),
                regression(1),
                List.of(uniform(99), uniform(5)),
                new KnownPrompts(new float[][] {{1, 0}, {0, 1}}, 0.5));
    }

    @Test
    void hardPromptsGetMoreSteps() {
        int before = 0;
        for (float hardness = 0.1f; hardness < 3; hardness += 0.2f) {
            int steps = predictor()
                    .advise(new float[] {hardness, 0, 1}, "ddim", 0.1)
                    .steps();
            assertThat(steps).isGreaterThanOrEqualTo(before);
            before = steps;
        }
        assertThat(predictor().advise(new float[] {0.1f, 0, 1}, "ddim", 0.1).steps())
                .isLessThan(before);
    }

    @Test
    void lessRiskTakesMoreStepsAndAWiderInterval() {
        var features = new float[] {0.5f, 0, 1};
        var careful = predictor().advise(features, "ddim", 0.02);
        var daring = predictor().advise(features, "ddim", 0.4);
        assertThat(careful.steps()).isGreaterThan(daring.steps());
        assertThat(careful.least()).isLessThanOrEqualTo(daring.least());
        assertThat(careful.least()).isLessThanOrEqualTo(careful.steps());
    }

    @Test
    void aPromiseThatSoFewImagesCannotGiveIsNotGiven() {
        // 5 images: the largest of 5 is exceeded by a sixth with probability 1/6.
        assertThat(predictor().advise(new float[] {0.1f, 0, 1}, "euler", 0.1).steps())
                .isEqualTo(50);
        assertThat(predictor().advise(new float[] {0.1f, 0, 1}, "euler", 0.2).steps())
                .isLessThan(50);
    }

    @Test
    void unlikePromptsGetTheSafeNumber() {
        var far = predictor().advise(new float[] {-0.1f, -0.3f, 1}, "ddim", 0.1);
        assertThat(far.familiar()).isFalse();
        assertThat(far.steps()).isEqualTo(50);
        assertThat(far.novelty()).isGreaterThan(1);
        assertThat(predictor().advise(new float[] {0, 2, 1}, "ddim", 0.1).familiar())
                .isTrue();
    }

    @Test
    void wrongQuestionsAreRefusedWithTheRemedy() {
        var features = new float[] {0.1f, 0, 1};
        assertThatThrownBy(() -> predictor().advise(features, "heun", 0.1))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage(
                        "scheduler heun: this predictor was trained for ddim, euler; label prompts with it (./suffice label --schedulers heun) and train anew, or give the number of steps");
        assertThatThrownBy(() -> predictor().advise(features, "ddim", 0.5))
                .hasMessage("risk 0.5: must be above 0 and below 0.5");
        assertThatThrownBy(() -> predictor().advise(features, "ddim", Double.NaN))
                .hasMessage("risk NaN: must be above 0 and below 0.5");
        assertThatThrownBy(() -> predictor().advise(new float[2], "ddim", 0.1))
                .hasMessage("prompt features of 2 values: this predictor reads 3; it belongs to another text encoder");
    }

    @Test
    void comesBackFromItsFiles(@TempDir Path folder) throws IOException {
        predictor().write(folder);
        var read = StepPredictor.read(folder);
        assertThat(read.settings()).isEqualTo(predictor().settings());
        for (float hardness = 0.1f; hardness < 3; hardness += 0.3f) {
            var features = new float[] {hardness, 0.1f, 1};
            assertThat(read.advise(features, "ddim", 0.1)).isEqualTo(predictor().advise(features, "ddim", 0.1));
        }
        try (var files = Files.list(folder)) {
            assertThat(files.map(f -> f.getFileName().toString()))
                    .containsExactlyInAnyOrder("config.json", "model.safetensors");
        }
    }

    @Test
    void damagedFilesAreNamed(@TempDir Path folder) throws IOException {
        predictor().write(folder);
        var weights = folder.resolve("model.safetensors");
        var bytes = Files.readAllBytes(weights);
        Files.write(weights, Arrays.copyOf(bytes, bytes.length - 10));
        assertThatThrownBy(() -> StepPredictor.read(folder))
                .isInstanceOf(SufficeException.class)
                .hasMessageContaining("model.safetensors");
        // Whatever a byte becomes, the reader says what is wrong or reads finite numbers.
        var random = new SplittableRandom(1);
        for (int i = 0; i < 300; i++) {
            var changed = bytes.clone();
            changed[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            Files.write(weights, changed);
            try {
                assertThat(StepPredictor.read(folder).regression().bias()).isNotEmpty();
            } catch (SufficeException e) {
                assertThat(e.getMessage()).contains(folder.toString());
            }
        }
        Files.write(weights, bytes);
        var config = folder.resolve("config.json");
        Files.writeString(config, Files.readString(config).replace("[ 4, 8", "[ 8, 4"));
        assertThatThrownBy(() -> StepPredictor.read(folder))
                .hasMessageContaining("step counts [8, 4, 16, 32, 50]: must rise");
        Files.delete(config);
        assertThatThrownBy(() -> StepPredictor.read(folder)).hasMessageContaining("config.json");
    }

    @Test
    void notANumberIsRefused(@TempDir Path folder) throws IOException {
        var one = regression(1);
        one.offset()[0][1] = Float.NaN;
        new StepPredictor(
                        predictor().settings(),
                        one,
                        predictor().calibration(),
                        predictor().known())
                .write(folder);
        assertThatThrownBy(() -> StepPredictor.read(folder))
                .isInstanceOf(SufficeException.class)
                .hasMessageContaining("tensor offset: not a number in it; train the predictor again");
    }

    /** Against its definition: drawn a thousand times, the promise is kept as often as promised, whatever the regression says. */
    @Test
    void calibrationKeepsItsPromiseWhateverTheRegressionIsWorth() {
        var random = new SplittableRandom(3);
        for (var regression : List.of(regression(1), regression(-0.5f))) {
            int kept = 0;
            int above = 0;
            int trials = 4000;
            for (int trial = 0; trial < trials; trial++) {
                var below = new float[60];
                var at = new float[60];
                for (int i = 0; i < below.length; i++) {
                    float x = random.nextFloat(3);
                    var enough = regression.enough(new float[] {x, 0, 0}, 0, 0.95, GRID);
                    int needed = needed(x, random);
                    below[i] = needed == 0 ? 0 : (float) enough[needed - 1];
                    at[i] = (float) enough[needed];
                }
                var calibration = new StepCalibration(below, at);
                float x = random.nextFloat(3);
                var enough = regression.enough(new float[] {x, 0, 0}, 0, 0.95, GRID);
                int needed = needed(x, random);
                kept += calibration.upper(enough, 0.1) >= needed ? 1 : 0;
                above += calibration.lower(enough, 0.1) <= needed ? 1 : 0;
            }
            // Standard deviation of the share: 0.0047.
            assertThat(kept / (double) trials).isGreaterThan(0.9 - 0.015);
            assertThat(above / (double) trials).isGreaterThan(0.9 - 0.015);
        }
    }

    private static int needed(double x, SplittableRandom random) {
        return (int) Math.clamp(
                Math.floor(6 * x + 6 * random.nextGaussian()), 0, GRID.choices().size() - 1);
    }

    @Test
    void theNormalDistributionsFunction() {
        assertThat(GapRegression.normal(0)).isCloseTo(0.5, within(1e-7));
        assertThat(GapRegression.normal(1.959963985)).isCloseTo(0.975, within(1e-7));
        assertThat(GapRegression.normal(-1.281551566)).isCloseTo(0.1, within(1e-7));
        assertThat(GapRegression.normal(-40)).isZero();
    }

    @Test
    void featuresAreTheMeanOfTheTokensThatAreNoPadding() {
        var states = new float[] {1, 2, 3, 4, 100, 100};
        assertThat(PromptFeatures.of(states, 2, 2)).containsExactly(2, 3, (float) Math.log(2));
        assertThat(PromptFeatures.of(states, 2, 1)).containsExactly(1, 2, 0);
    }
}
