package dev.suffice.train.stepsaver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.suffice.core.InvalidRequestException;
import dev.suffice.diffusion.stepsaver.StepCurve;
import dev.suffice.diffusion.stepsaver.StepGrid;
import dev.suffice.diffusion.stepsaver.StepPredictor;
import dev.suffice.image.Similarity;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StepSaverTrainingTest {
    private static final StepGrid GRID = new StepGrid(List.of(4, 8, 12, 16, 20, 24));
    private static final int WIDTH = 6;

    private static StepSaverTraining training() {
        return new StepSaverTraining(
                new StepPredictor.Settings(
                        "0123456789abcdef", Optional.empty(), List.of("ddim", "euler"), GRID, 0.95, 4, 0.1),
                1);
    }

    /** What is needed follows the second feature, with noise; the second sampler needs one more. The length says nothing. */
    private static List<StepExample> examples(int count, long seed) {
        var random = new SplittableRandom(seed);
        var examples = new ArrayList<StepExample>();
        for (int i = 0; i < count; i++) {
            var features = new float[WIDTH + 1];
            for (int k = 0; k < WIDTH; k++) {
                features[k] = (float) random.nextGaussian();
            }
            features[WIDTH] = (float) random.nextDouble(3);
            int sampler = random.nextInt(2);
            double hard = 2 + features[1] + 0.8 * sampler + 0.4 * random.nextGaussian();
            var gaps = new double[GRID.counts().size() - 1];
            for (int c = 0; c < gaps.length; c++) {
                gaps[c] = 0.05 * Math.exp(0.8 * (hard - c));
            }
            var similarities = Arrays.stream(gaps)
                    .mapToObj(gap -> new Similarity(1 - gap, 1))
                    .toList();
            int needed = new StepCurve(GRID, similarities, similarities).needs(0.95);
            examples.add(new StepExample(
                    "prompt " + seed + " " + i,
                    features,
                    sampler,
                    gaps,
                    GRID.choices().indexOf(needed)));
        }
        return examples;
    }

    @Test
    void learnsWhatIsThereToLearnAndKeepsItsPromiseOnPromptsItNeverSaw() {
        var trained = training().train(examples(600, 1));
        for (var quality : trained.qualities()) {
            assertThat(quality.steps()).isLessThan(quality.constant());
            assertThat(quality.steps()).isLessThan(quality.byLength());
        }
        var fresh = examples(2000, 2);
        int kept = 0;
        double steps = 0;
        double byLength = 0;
        for (var example : fresh) {
            var scheduler = example.sampler() == 0 ? "ddim" : "euler";
            int recommended = trained.predictor()
                    .advise(example.features(), scheduler, 0.1)
                    .steps();
            kept += recommended >= GRID.choices().get(example.needed()) ? 1 : 0;
            steps += recommended;
            byLength += trained.byLength()
                    .advise(example.features(), scheduler, 0.1)
                    .steps();
        }
        // About 90 images calibrate each sampler: the share that is kept varies by 0.03.
        assertThat(kept / 2000.0).isBetween(0.82, 0.99);
        assertThat(steps).isLessThan(0.9 * byLength);
    }

    @Test
    void theSameExamplesGiveTheSamePredictor() {
        var one = training().train(examples(200, 1)).predictor();
        var two = training().train(examples(200, 1)).predictor();
        assertThat(one.regression().weight()).isDeepEqualTo(two.regression().weight());
        assertThat(one.known().centres()).isDeepEqualTo(two.known().centres());
    }

    @Test
    void whatIsWrittenIsWhatWasCalibrated(@TempDir Path folder) throws IOException {
        var examples = examples(200, 1);
        var trained = training().train(examples).predictor();
        trained.write(folder);
        var read = StepPredictor.read(folder);
        for (var example : examples) {
            for (var scheduler : List.of("ddim", "euler")) {
                assertThat(read.advise(example.features(), scheduler, 0.1))
                        .isEqualTo(trained.advise(example.features(), scheduler, 0.1));
            }
        }
    }

    @Test
    void tooFewExamplesAreRefused() {
        var few = examples(200, 1).stream()
                .filter(example -> example.sampler() == 0)
                .toList();
        assertThatThrownBy(() -> training().train(few))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage(
                        "scheduler euler: 0 labelled images, at least 20 are needed; label more prompts with it (./suffice label), or leave it out with --schedulers");
    }
}
