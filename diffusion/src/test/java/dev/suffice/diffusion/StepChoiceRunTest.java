package dev.suffice.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.suffice.core.Cancellation;
import dev.suffice.core.InvalidRequestException;
import dev.suffice.core.StepCount;
import dev.suffice.core.SufficeException;
import dev.suffice.diffusion.policy.StepPolicy;
import dev.suffice.diffusion.stepsaver.GapRegression;
import dev.suffice.diffusion.stepsaver.KnownPrompts;
import dev.suffice.diffusion.stepsaver.StepCalibration;
import dev.suffice.diffusion.stepsaver.StepGrid;
import dev.suffice.diffusion.stepsaver.StepPredictor;
import dev.suffice.models.folder.ModelFingerprint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who chooses the steps of a run: the request, the model's predictor, or its card. */
class StepChoiceRunTest {
    @TempDir
    private Path folder;

    /** A predictor for which longer prompts need more: 3, 5 or 9 steps; it knows every prompt, or none. */
    private static void predictor(Path model, String fingerprint, int width, double farthest) throws IOException {
        var weight = new float[2][width + 1];
        weight[0][width] = 1;
        weight[1][width] = 1;
        var calibration =
                new StepCalibration(new float[] {0.4f, 0.5f, 0.5f, 0.5f}, new float[] {0.4f, 0.5f, 0.5f, 0.6f});
        new StepPredictor(
                        new StepPredictor.Settings(
                                fingerprint,
                                Optional.empty(),
                                List.of("ddim", "ddim/skip=10.0"),
                                new StepGrid(List.of(3, 5, 9)),
                                0.9,
                                5,
                                0.25),
                        new GapRegression(
                                weight,
                                new float[] {-1.7f, -2.3f},
                                new float[][] {{-2.3f, -2.3f}, {-2.3f, -2.3f}},
                                new float[][] {{40, 40}, {40, 40}},
                                new float[][] {{1, 1}, {1, 1}}),
                        List.of(calibration, calibration),
                        new KnownPrompts(new float[1][width], farthest))
                .write(model.resolve(StepPredictor.FOLDER));
    }

    private Ldm3dPipeline tiny(String fingerprint, double farthest) throws IOException {
        var model = TinyModel.copy(folder.resolve("tiny"));
        int width;
        try (var plain = TinyModel.open(model)) {
            width = plain.promptFeatures("a").length - 1;
        }
        predictor(model, fingerprint.isEmpty() ? ModelFingerprint.of(model) : fingerprint, width, farthest);
        return TinyModel.open(model);
    }

    private static GeneratedImage run(Ldm3dPipeline pipeline, ImageRequest.Builder request) {
        return pipeline.run(request.build(), new Cancellation(), RunListener.silent())
                .getFirst();
    }

    @Test
    void thePredictorChoosesByThePrompt() throws IOException {
        try (var pipeline = tiny("", 2)) {
            var brief = run(pipeline, ImageRequest.of("a").scheduler("ddim").policy(StepPolicy.none()));
            var lengthy = run(
                    pipeline,
                    ImageRequest.of("a red sofa and a green chair in a large room with blue walls and a wooden floor")
                            .scheduler("ddim")
                            .policy(StepPolicy.none()));
            assertThat(brief.recipe().steps()).isEqualTo(3);
            assertThat(lengthy.recipe().steps()).isEqualTo(9);
            assertThat(lengthy.passes().choice().source()).isEqualTo(StepChoice.Source.PREDICTED);
            assertThat(lengthy.passes().planned()).isEqualTo(18);
            assertThat(lengthy.passes().executed()).isEqualTo(18);
            assertThat(lengthy.passes().skipped()).isZero();
            assertThat(brief.compute().decisions())
                    .contains("steps: 3, predicted for this prompt (3 to 3, 75% sure that no more are needed)");
            var same = run(
                    pipeline,
                    ImageRequest.of("a")
                            .scheduler("ddim")
                            .policy(StepPolicy.none())
                            .steps(StepCount.fixed(3)));
            assertThat(same.image().rgb(5, 5)).isEqualTo(brief.image().rgb(5, 5));
            assertThat(same.passes().choice().source()).isEqualTo(StepChoice.Source.REQUESTED);
            assertThat(same.compute().decisions()).isEmpty();
        }
    }

    @Test
    void itIsAskedForTheSamplerWithTheDecisionsThatRun() throws IOException {
        try (var pipeline = tiny("", 2)) {
            var lengthy = "a red sofa and a green chair in a large room with blue walls and a wooden floor";
            var known = run(pipeline, ImageRequest.of(lengthy).scheduler("ddim").policy(StepPolicy.parse("skip=10")));
            assertThat(known.passes().choice().advice().orElseThrow().scheduler())
                    .isEqualTo("ddim/skip=10.0");
            assertThat(known.passes().skipped()).isPositive();
            assertThat(known.compute().decisions()).contains("policy: skip=10.0");
            var other = run(pipeline, ImageRequest.of(lengthy).scheduler("ddim").policy(StepPolicy.parse("skip=5")));
            assertThat(other.passes().choice().advice().orElseThrow().scheduler())
                    .isEqualTo("ddim");
            assertThat(other.compute().decisions().getFirst())
                    .endsWith("; its promise is for runs without the decisions asked for");
            assertThat(pipeline.chooseSteps(
                                    ImageRequest.of(lengthy).scheduler("ddim").build())
                            .rules())
                    .as("auto, with a card that recommends none")
                    .isEmpty();
        }
    }

    @Test
    void whatItWasNotTrainedForRunsAsTheModelRecommendsAndSaysSo() throws IOException {
        try (var pipeline = tiny("", 2)) {
            var heun = run(pipeline, ImageRequest.of("a").scheduler("heun").policy(StepPolicy.none()));
            assertThat(heun.recipe().steps()).isEqualTo(49);
            assertThat(heun.passes().choice().source()).isEqualTo(StepChoice.Source.RECOMMENDED);
            assertThat(heun.compute().decisions())
                    .contains("steps: 49, as the model recommends: its predictor was not trained for heun");
            var guided = run(
                    pipeline, ImageRequest.of("a").scheduler("ddim").guidance(2).policy(StepPolicy.none()));
            assertThat(guided.compute().decisions())
                    .contains(
                            "steps: 49, as the model recommends: its predictor was trained for pictures from text alone, of the model's own size and guidance");
        }
    }

    @Test
    void unlikePromptsGetTheSafeNumber() throws IOException {
        try (var pipeline = tiny("", 0.5)) {
            var result = run(pipeline, ImageRequest.of("a").scheduler("ddim").policy(StepPolicy.none()));
            assertThat(result.recipe().steps()).isEqualTo(9);
            assertThat(result.compute().decisions())
                    .contains("steps: 9, the safe number: the prompt is unlike those that the predictor knows");
        }
    }

    @Test
    void aPredictorOfAnotherModelIsRefused() throws IOException {
        try (var pipeline = tiny("ffffffffffffffff", 2)) {
            assertThatThrownBy(() -> run(pipeline, ImageRequest.of("a").scheduler("ddim")))
                    .isInstanceOf(SufficeException.class)
                    .hasMessageContaining(
                            "stepsaver: was trained for another model (fingerprint ffffffffffffffff, this one has ")
                    .hasMessageContaining(
                            "remove it, train it anew (./suffice label, ./suffice train stepsaver), or give the number of steps");
            assertThat(run(pipeline, ImageRequest.of("a").steps(StepCount.fixed(2)))
                            .recipe()
                            .steps())
                    .isEqualTo(2);
        }
    }

    @Test
    void thePredictorOfTheModelThatAQuantisedOneWasMadeOfIsTaken() throws IOException {
        try (var pipeline = tiny("ffffffffffffffff", 2)) {
            var file = folder.resolve("tiny/unet/config.json");
            var text = Files.readString(file);
            Files.writeString(
                    file,
                    text.replaceFirst(
                            "\\{", "{ \"quantization_config\": { \"bits\": 8, \"original\": \"ffffffffffffffff\" },"));
            assertThat(run(pipeline, ImageRequest.of("a").scheduler("ddim"))
                            .passes()
                            .choice()
                            .source())
                    .isEqualTo(StepChoice.Source.PREDICTED);
        }
    }

    @Test
    void withoutAPredictorTheRunDecidesAndSaysSo() {
        try (var pipeline = TinyModel.open(TinyModel.FOUR_CHANNELS)) {
            var result = run(pipeline, ImageRequest.of("a"));
            assertThat(result.compute().decisions().getFirst())
                    .isEqualTo(
                            "steps: 49, as the model recommends: it has no predictor (./suffice label and train stepsaver make one)");
            assertThat(result.compute().decisions()).contains("policy: skip=0.05");
            assertThat(run(pipeline, ImageRequest.of("a").steps(StepCount.fixed(4)))
                            .compute()
                            .decisions())
                    .as("who gives the number of steps gets them")
                    .isEmpty();
            assertThatThrownBy(() -> pipeline.adviseSteps("a", OptionalDouble.empty()))
                    .isInstanceOf(SufficeException.class)
                    .hasMessageStartingWith("model tiny: has no predictor of steps; make one with ./suffice label");
        }
    }

    @Test
    void riskHasARange() {
        assertThatThrownBy(() -> StepCount.auto(0.5))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("risk 0.5: must be above 0 and below 0.5");
    }

    @Test
    void fingerprintsTellModelsApart() throws IOException {
        var model = TinyModel.copy(folder.resolve("one"));
        var print = ModelFingerprint.of(model);
        assertThat(print).matches("[0-9a-f]{16}").isEqualTo(ModelFingerprint.of(TinyModel.copy(folder.resolve("two"))));
        var weights = model.resolve("unet/diffusion_pytorch_model.safetensors");
        var bytes = Files.readAllBytes(weights);
        bytes[bytes.length - 1] ^= 1;
        Files.write(weights, bytes);
        assertThat(ModelFingerprint.of(model)).isNotEqualTo(print);
    }
}
