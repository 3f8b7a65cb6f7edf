package dev.suffice.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.suffice.core.Cancellation;
import dev.suffice.core.CancelledException;
import dev.suffice.core.InvalidRequestException;
import dev.suffice.core.StepCount;
import dev.suffice.core.SufficeException;
import dev.suffice.diffusion.policy.StepPolicy;
import dev.suffice.engine.Engines;
import dev.suffice.image.RgbdImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Ldm3dPipelineTest {
    private static Ldm3dPipeline pipeline;

    @TempDir
    Path folder;

    @BeforeAll
    static void open() {
        pipeline = TinyModel.open(TinyModel.FOUR_CHANNELS);
    }

    @AfterAll
    static void close() {
        pipeline.close();
    }

    @Test
    void theSameSeedGivesTheSameImage() {
        var request = request().seed(3);
        assertSame(image(request), image(request), 0);
        assertThat(differences(image(request), image(request().seed(4)))).isGreaterThan(100);
    }

    @Test
    void anImageOfABatchIsTheImageOfItsSeed() {
        var batch = run(request().seed(3).count(3).scheduler("euler-a"));
        assertThat(batch).extracting(r -> r.recipe().seed()).containsExactly(3L, 4L, 5L);
        // larger batches may round differently in the engine
        assertSame(batch.get(2).image(), image(request().seed(5).scheduler("euler-a")), 1);
    }

    /** With two threads the rows of a call are computed side by side, with those rules that leave rows out not. */
    @Test
    void anImageDoesNotDependOnTheThreads() {
        for (var engine : Engines.available()) {
            try (var one = TinyModel.open(TinyModel.FOUR_CHANNELS, engine, 1);
                    var two = TinyModel.open(TinyModel.FOUR_CHANNELS, engine, 2)) {
                for (var request : List.of(
                        request().seed(3).guidance(4),
                        request().seed(3).guidance(1),
                        request().seed(3).guidance(4).count(2),
                        request().seed(3).guidance(4).policy(StepPolicy.parse("guidance=0")),
                        request().seed(3).guidance(4).policy(StepPolicy.parse("reuse")))) {
                    assertSame(only(one, request).image(), only(two, request).image(), 1);
                }
            }
        }
    }

    @Test
    void theNegativePromptSteersOnlyWithGuidance() {
        var plain = image(request().guidance(4));
        assertThat(differences(plain, image(request().guidance(4).negativePrompt("dogs"))))
                .isPositive();
        assertSame(image(request().guidance(1)), image(request().guidance(1).negativePrompt("dogs")), 0);
    }

    @Test
    void rollingTheNoiseOfAPanoramaRollsThePanorama() {
        // the strongest form of "the seam is nowhere": shifting the latents around the circle shifts the picture
        var request = request().size(new ImageSize(64, 32)).steps(StepCount.fixed(3));
        assertThat(worstAfterRolling(request.panorama(true).build())).isLessThan(200);
        // the control: without wrapping the edges show
        assertThat(worstAfterRolling(request.panorama(false).build())).isGreaterThan(2000);
    }

    /** Largest difference of depth between a picture and the one whose noise was shifted by a quarter, shifted back. */
    private static int worstAfterRolling(ImageRequest request) {
        var plain = rolled(request, 0);
        var shifted = rolled(request, 8); // latents; 16 pixels
        var worst = 0;
        for (int y = 0; y < 32; y++) {
            for (int x = 0; x < 64; x++) {
                worst = Math.max(worst, Math.abs(plain.depth(x, y) - shifted.depth((x + 16) % 64, y)));
            }
        }
        return worst;
    }

    /** The tiny model with an upscaler of scale 3 that panoramas use unless told otherwise. */
    private Ldm3dPipeline withUpscaler() throws IOException {
        TinyModel.copy(folder);
        TinyModel.copy(
                Path.of("../models/src/test/resources/goldens/ldm3d/upscaler/upscaler"), folder.resolve("upscaler"));
        Files.writeString(folder.resolve("suffice.json"), "{\"defaults\": {\"steps\": 2, \"panorama_enlarge\": true}}");
        return TinyModel.open(folder);
    }

    private static GeneratedImage only(Ldm3dPipeline model, ImageRequest.Builder request) {
        return model.run(request.build(), new Cancellation(), RunListener.silent())
                .getFirst();
    }

    private static String size(GeneratedImage result) {
        assertThat(result.image().width()).isEqualTo(result.recipe().width());
        assertThat(result.image().height()).isEqualTo(result.recipe().height());
        return "%dx%d / %d"
                .formatted(
                        result.image().width(),
                        result.image().height(),
                        result.recipe().enlarged());
    }

    @Test
    void theUpscalerMakesImagesLarger() throws IOException {
        try (var model = withUpscaler()) {
            assertThat(size(only(model, request()))).isEqualTo("32x16 / 1");
            var large = only(model, request().enlarge(true));
            assertThat(size(large)).isEqualTo("96x48 / 3");
            assertThat(large.compute().stage("upscaler").orElseThrow().flops()).isPositive();
            assertThat(large.compute().decisions()).contains("denoised at 32x16, then enlarged 3 times");
            assertThat(size(only(model, request().enlarge(true).size(new ImageSize(48, 24)))))
                    .as("the size is the result's")
                    .isEqualTo("48x24 / 3");
        }
    }

    @Test
    void sizesBeyondTheModelsOwnAreEnlarged() throws IOException {
        try (var model = withUpscaler()) {
            assertThat(size(only(model, request().size(new ImageSize(96, 48))))).isEqualTo("96x48 / 3");
            assertThat(size(only(model, request().enlarge(false).size(new ImageSize(96, 48)))))
                    .isEqualTo("96x48 / 1");
            assertThat(size(only(model, request().size(new ImageSize(64, 32)))))
                    .as("less than the scale")
                    .isEqualTo("64x32 / 1");
            assertThat(size(only(model, request().size(new ImageSize(98, 50)))))
                    .as("what the upscaler cannot give")
                    .isEqualTo("98x50 / 1");
            assertThatThrownBy(() -> only(model, request().enlarge(true).size(new ImageSize(98, 50))))
                    .hasMessage(
                            "size 98x50: width and height must be multiples of 6, the reduction of this model's autoencoder times the scale of its upscaler");
        }
    }

    @Test
    void aModelMayEnlargePanoramasUnlessAskedNotTo() throws IOException {
        try (var model = withUpscaler()) {
            // its images are 32x16, which leaves no panorama twice as wide as high without a size
            assertThat(model.defaultSize(true)).isEqualTo(new ImageSize(192, 48));
            assertThat(model.defaultSize(false)).isEqualTo(new ImageSize(32, 16));
            var panorama = request().panorama(true);
            assertThat(size(only(model, panorama.size(new ImageSize(192, 96))))).isEqualTo("192x96 / 3");
            assertThat(size(only(model, panorama.enlarge(false).size(new ImageSize(64, 32)))))
                    .isEqualTo("64x32 / 1");
        }
    }

    @Test
    void aStrengthKeepsThatMuchOfTheImage() {
        var picture = TinyModel.picture(32, 16);
        var little = image(request().steps(StepCount.fixed(10)).init(new InitImage(picture, 0.1)));
        var much = image(request().steps(StepCount.fixed(10)).init(new InitImage(picture, 0.9)));
        var result = run(request().steps(StepCount.fixed(10)).init(new InitImage(picture, 0.3)))
                .getFirst();
        assertThat(result.compute().stage("u-net").orElseThrow().passes()).isEqualTo(6); // 3 of 10 steps, guided
        assertThat(distance(little, much)).isPositive();
    }

    @Test
    void reportsWhatWasComputed() {
        var compute =
                run(request().steps(StepCount.fixed(5)).guidance(4)).getFirst().compute();
        var unet = compute.stage("u-net").orElseThrow();
        assertThat(unet.passes()).isEqualTo(10);
        assertThat(unet.fullPasses()).isEqualTo(100);
        assertThat(unet.flops() * 10).isEqualTo(unet.fullFlops()).isPositive();
        var text = compute.stage("u-net text").orElseThrow();
        assertThat(text.passes()).as("once for each prompt, not at every step").isEqualTo(2);
        assertThat(text.flops()).isEqualTo(text.fullFlops()).isPositive();
        assertThat(compute.saved()).isBetween(0.8, 0.95);
        assertThat(compute.line()).contains("10 U-Net passes of 100 (50 steps with guidance)");
        assertThat(run(request().steps(StepCount.fixed(5)).guidance(1))
                        .getFirst()
                        .compute()
                        .stage("u-net")
                        .orElseThrow()
                        .passes())
                .isEqualTo(5);
        var heun = run(request().steps(StepCount.fixed(5)).guidance(1).scheduler("heun"))
                .getFirst();
        assertThat(heun.compute().stage("u-net").orElseThrow().passes()).isEqualTo(9); // two calls a step but the last
    }

    @Test
    void manyImagesShareOneEncodingOfTheirPrompt() {
        var stages = new ArrayList<String>();
        var results = pipeline.run(
                request().count(17).steps(StepCount.fixed(1)).build(), new Cancellation(), new RunListener() {
                    @Override
                    public void stage(String name) {
                        stages.add(name);
                    }
                });
        assertThat(results).hasSize(17);
        assertThat(stages)
                .containsOnlyOnce("text encoder")
                .filteredOn("denoise"::equals)
                .hasSizeGreaterThan(1);
        var alone = run(request()
                        .steps(StepCount.fixed(1))
                        .seed(results.getLast().recipe().seed()))
                .getFirst();
        assertThat(distance(alone.image(), results.getLast().image())).isZero();
    }

    @Test
    void aPromptThatIsCutIsNamed() {
        var warnings = new ArrayList<String>();
        var sofas = "a red sofa beside ".repeat(40) + "a tree";
        pipeline.run(ImageRequest.of(sofas).steps(StepCount.fixed(1)).build(), new Cancellation(), new RunListener() {
            @Override
            public void warning(String message) {
                warnings.add(message);
            }
        });
        assertThat(warnings)
                .containsExactly("the prompt \"a red sofa beside a red sofa beside a re ...\" is longer than 77 tokens:"
                        + " its end is ignored");
    }

    @Test
    void stepsAreHeardWithPreviewsOnDemand() {
        var heard = new ArrayList<String>();
        var previews = new ArrayList<RgbdImage>();
        var result = pipeline.run(request().count(2).build(), new Cancellation(), new RunListener() {
            @Override
            public void step(int step, int steps, Supplier<List<RgbdImage>> preview) {
                heard.add(step + "/" + steps);
                if (step == steps) {
                    previews.addAll(preview.get());
                }
            }
        });
        assertThat(heard).containsExactly("1/3", "2/3", "3/3");
        assertThat(previews).hasSize(2);
        assertSame(previews.get(1), result.get(1).image(), 300); // the last prediction is the image
    }

    @Test
    void stepsAreFlightRecorderEvents() throws IOException {
        try (var recording = new Recording()) {
            recording.enable("dev.suffice.DenoisingStep");
            recording.start();
            image(request().scheduler("euler"));
            recording.stop();
            recording.dump(folder.resolve("run.jfr"));
        }
        var events = RecordingFile.readAllEvents(folder.resolve("run.jfr"));
        assertThat(events).hasSize(3).allMatch(e -> e.getString("scheduler").equals("EulerDiscreteScheduler"));
        assertThat(events.getLast().getInt("call")).isEqualTo(3);
    }

    @Test
    void isCancelledBetweenSteps() {
        var cancellation = new Cancellation();
        var steps = new ArrayList<Integer>();
        assertThatThrownBy(() ->
                        pipeline.run(request().steps(StepCount.fixed(20)).build(), cancellation, new RunListener() {
                            @Override
                            public void step(int step, int all, Supplier<List<RgbdImage>> previews) {
                                steps.add(step);
                                if (step == 2) {
                                    cancellation.cancel();
                                }
                            }
                        }))
                .isInstanceOf(CancelledException.class);
        assertThat(steps).containsExactly(1, 2);
    }

    @Test
    void refusesRequestsThatDoNotFit() {
        refused(
                request().size(new ImageSize(33, 16)),
                "size 33x16: width and height must be multiples of 2, the reduction of this model's autoencoder");
        refused(
                request().size(new ImageSize(48, 16)).panorama(true),
                "size 48x16: a panorama is twice as wide as high, e.g. 64x16");
        refused(
                request().steps(StepCount.fixed(1001)),
                "steps 1001: must be between 1 and 1000 (the model's training timesteps)");
        refused(
                request().lowResolution(new LowResolutionImage(TinyModel.picture(8, 8), 20)),
                "model tiny: makes images from text, not larger ones; use a super-resolution model");
        refused(request().enlarge(true), "model tiny: has no upscaler to enlarge images with; leave --enlarge out");
        assertThatThrownBy(() -> request().steps(StepCount.fixed(0)))
                .hasMessage("steps 0: must be at least 1 and at most the model's training timesteps");
        assertThatThrownBy(() -> request().guidance(Double.NaN).build())
                .hasMessage("guidance scale NaN: must be >= 1 (1 = no guidance)");
        assertThatThrownBy(() -> request().guidance(0.5).build())
                .hasMessage("guidance scale 0.5: must be >= 1 (1 = no guidance)");
        assertThatThrownBy(() -> request().count(0).build()).hasMessage("count 0: must be between 1 and 64");
        assertThatThrownBy(() -> request().eta(2).build()).hasMessage("eta 2.0: must be between 0 and 1");
        assertThatThrownBy(() -> new InitImage(TinyModel.picture(2, 2), 0))
                .hasMessage("strength 0.0: must be above 0 (keep the image) and at most 1 (ignore it)");
        assertThatThrownBy(() -> ImageSize.parse("512")).hasMessage("size 512: must be WIDTHxHEIGHT, e.g. 512x512");
        assertThatThrownBy(() -> ImageSize.parse("0x512"))
                .hasMessage("size 0x512: width and height must be between 1 and 8192");
    }

    @Test
    void refusesFoldersThatAreNoSuchModel() throws IOException {
        assertThatThrownBy(() -> TinyModel.open(folder))
                .isInstanceOf(SufficeException.class)
                .hasMessage("%s: no such file", folder.resolve("model_index.json"));
        var model = TinyModel.copy(folder.resolve("model"));
        replace(model.resolve("model_index.json"), "StableDiffusionLDM3DPipeline", "FluxPipeline");
        assertThatThrownBy(() -> TinyModel.open(model))
                .hasMessageContaining("_class_name")
                .hasMessageContaining("FluxPipeline")
                .hasMessageContaining("StableDiffusionLDM3DPipeline");
    }

    private static void replace(Path file, String old, String replacement) throws IOException {
        Files.writeString(file, Files.readString(file).replace(old, replacement));
    }

    private static void refused(ImageRequest.Builder request, String message) {
        assertThatThrownBy(() -> run(request))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage(message);
    }

    private static ImageRequest.Builder request() {
        return ImageRequest.of("a red sofa").steps(StepCount.fixed(3)).guidance(3);
    }

    private static List<GeneratedImage> run(ImageRequest.Builder request) {
        return pipeline.run(request.build(), new Cancellation(), RunListener.silent());
    }

    private static RgbdImage image(ImageRequest.Builder request) {
        return run(request).getFirst().image();
    }

    /** The run with its first noise, 32 x 16 latents a channel, shifted to the right around the circle. */
    private static RgbdImage rolled(ImageRequest request, int columns) {
        var scheduler =
                dev.suffice.diffusion.scheduler.Schedulers.create(dev.suffice.diffusion.scheduler.SchedulerConfig.read(
                        TinyModel.FOUR_CHANNELS.resolve("scheduler/scheduler_config.json")));
        return pipeline.run(
                        request,
                        scheduler,
                        seed -> values -> {
                            var plain = new float[values.length];
                            new dev.suffice.diffusion.noise.TorchNoise(seed).fill(plain);
                            for (int i = 0; i < values.length; i++) {
                                values[i / 32 * 32 + (i % 32 + columns) % 32] = plain[i];
                            }
                        },
                        new Ldm3dPipeline.Finish(),
                        new Cancellation(),
                        RunListener.silent())
                .getFirst()
                .image();
    }

    private static void assertSame(RgbdImage a, RgbdImage b, int depthTolerance) {
        for (int y = 0; y < a.height(); y++) {
            for (int x = 0; x < a.width(); x++) {
                assertThat(Math.abs(a.depth(x, y) - b.depth(x, y))).isLessThanOrEqualTo(depthTolerance);
            }
        }
    }

    private static int differences(RgbdImage a, RgbdImage b) {
        var count = 0;
        for (int y = 0; y < a.height(); y++) {
            for (int x = 0; x < a.width(); x++) {
                count += a.rgb(x, y) == b.rgb(x, y) ? 0 : 1;
            }
        }
        return count;
    }

    private static double distance(RgbdImage a, RgbdImage b) {
        double sum = 0;
        for (int y = 0; y < a.height(); y++) {
            for (int x = 0; x < a.width(); x++) {
                sum += Math.abs(a.depth(x, y) - b.depth(x, y));
            }
        }
        return sum;
    }
}
