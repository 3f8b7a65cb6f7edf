package dev.suffice.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.suffice.core.Cancellation;
import dev.suffice.core.CancelledException;
import dev.suffice.core.InvalidRequestException;
import dev.suffice.core.Progress;
import dev.suffice.core.StepCount;
import dev.suffice.core.SufficeException;
import dev.suffice.diffusion.policy.StepPolicy;
import dev.suffice.engine.Engine;
import dev.suffice.engine.Engines;
import dev.suffice.engine.SessionOptions;
import dev.suffice.engine.Shape;
import dev.suffice.image.RgbdImage;
import dev.suffice.image.Similarity;
import dev.suffice.models.ModelException;
import dev.suffice.models.folder.Config;
import dev.suffice.models.folder.ModelSummary;
import dev.suffice.models.safetensors.SafetensorsWriter;
import dev.suffice.models.safetensors.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PipelineQuantiserTest {
    private static final PipelineQuantiser.Settings SETTINGS =
            new PipelineQuantiser.Settings(List.of("a red sofa", "a lake at night"), 4, 0.05);

    @TempDir
    Path folder;

    private static List<PipelineQuantiser.Part> quantise(Path source, Path out, PipelineQuantiser.Settings settings) {
        return quantise(source, out, settings, new Cancellation());
    }

    private static List<PipelineQuantiser.Part> quantise(
            Path source, Path out, PipelineQuantiser.Settings settings, Cancellation cancellation) {
        return PipelineQuantiser.write(
                source,
                "tiny",
                out,
                settings,
                Path.of("target/cache"),
                Engines.named("onnxruntime"),
                SessionOptions.defaults().withThreads(1),
                Progress.silent(),
                cancellation);
    }

    private static ImageRequest.Builder request() {
        return ImageRequest.of("a blue chair in a room")
                .steps(new StepCount.Fixed(6))
                .policy(StepPolicy.none())
                .seed(3);
    }

    private static GeneratedImage picture(Ldm3dPipeline pipeline, ImageRequest.Builder request) {
        return pipeline.run(request.build(), new Cancellation(), RunListener.silent())
                .getFirst();
    }

    @Test
    void picturesAreNearlyThoseOfTheOriginal() throws IOException {
        var out = folder.resolve("small");
        var parts = quantise(TinyModel.FOUR_CHANNELS, out, SETTINGS);
        assertThat(parts).extracting(PipelineQuantiser.Part::name).containsExactly("text_encoder", "unet", "vae");
        for (var part : parts) {
            assertThat(part.quantised()).as(part.name()).hasSizeGreaterThan(5);
            assertThat(part.error()).isBetween(1e-5, 0.05);
            var weights = Weights.open(out.resolve(part.name()));
            for (var path : part.quantised()) {
                assertThat(weights.contains(path + ".weight")).as(path).isFalse();
            }
            for (var path : part.kept()) {
                assertThat(weights.contains(path + ".weight")).as(path).isTrue();
            }
        }
        assertThat(ModelSummary.of(out).bytes())
                .isLessThan(ModelSummary.of(TinyModel.FOUR_CHANNELS).bytes());
        assertThat(Config.read(out.resolve("unet/config.json"))
                        .json()
                        .path("quantization_config")
                        .path("bits")
                        .intValue())
                .isEqualTo(8);
        try (var original = TinyModel.open(TinyModel.FOUR_CHANNELS);
                var quantised = TinyModel.open(out)) {
            for (var request : List.of(
                    request(),
                    request().size(new ImageSize(32, 16)).panorama(true),
                    request().policy(StepPolicy.parse("reuse")))) {
                var first = picture(original, request);
                var second = picture(quantised, request);
                var similarity = Similarity.of(first.image(), second.image());
                assertThat(similarity.rgb()).isBetween(0.9, 0.99999);
                assertThat(similarity.depth()).isGreaterThan(0.9);
                assertThat(second.compute().line()).isNotEmpty();
            }
        }
    }

    /** An upscaler has 8 bits as well; panoramas go through it. */
    @Test
    void largerPicturesAreNearlyThoseOfTheOriginal() throws IOException {
        var model = TinyModel.copy(folder.resolve("model"));
        writeUpscaler(model.resolve("upscaler"));
        Files.writeString(model.resolve("suffice.json"), "{\"defaults\": {\"panorama_enlarge\": true}}");
        var out = folder.resolve("small");
        var parts = quantise(model, out, SETTINGS);
        assertThat(parts).extracting(PipelineQuantiser.Part::name).contains("upscaler");
        assertThat(parts.getLast().quantised()).isNotEmpty();
        assertThat(parts.getLast().error()).isBetween(1e-5, 0.05);
        try (var original = TinyModel.open(model);
                var quantised = TinyModel.open(out)) {
            var request = request().size(new ImageSize(128, 64)).panorama(true);
            var first = picture(original, request).image();
            var second = picture(quantised, request).image();
            assertThat(second.width()).isEqualTo(128);
            assertThat(Similarity.of(first, second).rgb()).isBetween(0.9, 0.99999);
            assertThat(Similarity.of(first, second).depth()).isGreaterThan(0.9);
        }
    }

    /** As wide as it has to be for 8 bits. */
    private static void writeUpscaler(Path upscaler) throws IOException {
        Files.createDirectories(upscaler);
        Files.writeString(
                upscaler.resolve("config.json"),
                "{\"_class_name\": \"RgbdUpscaler\", \"channels\": 4, \"hidden_channels\": 16, \"num_blocks\": 1, \"scale\": 2}");
        var random = new Random(1);
        var file = new SafetensorsWriter();
        for (var layer : List.of("conv_in 16 4", "blocks.0.conv1 16 16", "blocks.0.conv2 16 16", "conv_out 16 16")) {
            var words = layer.split(" ", -1);
            int out = Integer.parseInt(words[1]);
            int in = Integer.parseInt(words[2]);
            var weight = new float[out * in * 9];
            for (int i = 0; i < weight.length; i++) {
                weight[i] = (float) random.nextGaussian() * 0.05f;
            }
            file.tensor(words[0] + ".weight", Shape.of(out, in, 3, 3), weight)
                    .tensor(words[0] + ".bias", Shape.of(out), new float[out]);
        }
        file.write(upscaler.resolve("model.safetensors"));
    }

    /** What is too small for 8 bits stays as it is. */
    @Test
    void aNetworkWithoutSuchLayersIsCopied() throws IOException {
        var model = TinyModel.copy(folder.resolve("model"));
        TinyModel.copy(
                Path.of("../models/src/test/resources/goldens/ldm3d/upscaler/upscaler"), model.resolve("upscaler"));
        var out = folder.resolve("small");
        assertThat(quantise(model, out, SETTINGS))
                .extracting(PipelineQuantiser.Part::name)
                .doesNotContain("upscaler");
        try (var files = Files.list(model.resolve("upscaler"))) {
            for (var file : files.toList()) {
                assertThat(out.resolve("upscaler").resolve(file.getFileName())).hasSameBinaryContentAs(file);
            }
        }
    }

    @Test
    void everyEngineComputesWithTheSameNumbers() {
        var out = folder.resolve("small");
        quantise(TinyModel.FOUR_CHANNELS, out, SETTINGS);
        var first = onEngine(Engines.named("onnxruntime"), out);
        for (var engine : Engines.available()) {
            var similarity = Similarity.of(first, onEngine(engine, out));
            assertThat(similarity.rgb()).as(engine.name()).isGreaterThan(0.95);
            assertThat(similarity.depth()).as(engine.name()).isGreaterThan(0.95);
        }
    }

    private static RgbdImage onEngine(Engine engine, Path model) {
        try (var pipeline = TinyModel.open(model, engine, 1)) {
            return picture(pipeline, request()).image();
        }
    }

    @Test
    void aFolderThatIsNotEmptyIsLeftAlone() throws IOException {
        var file = Files.writeString(folder.resolve("mine.txt"), "mine");
        assertThatThrownBy(() -> quantise(TinyModel.FOUR_CHANNELS, folder, SETTINGS))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("is not empty");
        assertThatThrownBy(() -> quantise(TinyModel.FOUR_CHANNELS, file, SETTINGS))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("is a file");
        assertThat(file).hasContent("mine");
    }

    @Test
    void whatIsQuantisedOrExportedIsRefused() {
        var out = folder.resolve("small");
        quantise(TinyModel.FOUR_CHANNELS, out, SETTINGS);
        assertThatThrownBy(() -> quantise(out, folder.resolve("smaller"), SETTINGS))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("8 bits already");
        assertThatThrownBy(() -> quantise(
                        Path.of("src/test/resources/exported/tiny-ldm3d-onnx"), folder.resolve("other"), SETTINGS))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("was exported");
        assertThat(folder.resolve("smaller")).doesNotExist();
        assertThat(folder.resolve("other")).doesNotExist();
    }

    @Test
    void aPlaceThatCannotBeWrittenIsNamed() throws IOException {
        var file = Files.writeString(folder.resolve("file"), "no folder");
        assertThatThrownBy(() -> quantise(TinyModel.FOUR_CHANNELS, file.resolve("small"), SETTINGS))
                .isInstanceOf(SufficeException.class)
                .hasMessageContaining("cannot be written")
                .hasMessageContaining("give another folder");
    }

    @Test
    void cancellingLeavesNothing() {
        var cancellation = new Cancellation();
        cancellation.cancel();
        assertThatThrownBy(() -> quantise(TinyModel.FOUR_CHANNELS, folder.resolve("small"), SETTINGS, cancellation))
                .isInstanceOf(CancelledException.class);
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void otherEnginesAreToldTo() {
        var other = Engines.installed().stream()
                .filter(engine -> !engine.name().equals("onnxruntime"))
                .findFirst()
                .orElseThrow();
        assertThatThrownBy(() -> PipelineQuantiser.write(
                        TinyModel.FOUR_CHANNELS,
                        "tiny",
                        folder.resolve("small"),
                        SETTINGS,
                        Path.of("target/cache"),
                        other,
                        SessionOptions.defaults(),
                        Progress.silent(),
                        new Cancellation()))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("choose onnxruntime");
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, 1.5, Double.NaN})
    void tolerancesOutOfRangeAreNamed(double tolerance) {
        assertThatThrownBy(() -> new PipelineQuantiser.Settings(List.of("a"), 1, tolerance))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("tolerance");
    }

    @Test
    void aDamagedWeightIsNamed() throws IOException {
        var model = TinyModel.copy(folder.resolve("damaged"));
        var file = model.resolve("unet/diffusion_pytorch_model.safetensors");
        var bytes = Files.readAllBytes(file);
        for (int i = bytes.length - 4096; i < bytes.length; i++) {
            bytes[i] = (byte) 0xff; // no numbers, in any format
        }
        Files.write(file, bytes);
        assertThatThrownBy(() -> quantise(model, folder.resolve("small"), SETTINGS))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("damaged");
        assertThat(folder.resolve("small")).doesNotExist();
    }
}
