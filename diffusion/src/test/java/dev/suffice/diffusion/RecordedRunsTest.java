package dev.suffice.diffusion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.suffice.core.Cancellation;
import dev.suffice.core.StepCount;
import dev.suffice.image.DepthScale;
import dev.suffice.image.RgbdImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Image to image and super-resolution against runs that {@code bench/peers/record_runs.py} recorded with diffusers' models and
 * schedulers. The noise is not recorded: ours for the seed is PyTorch's.
 */
class RecordedRunsTest {
    private static final Path RECORDED = Path.of("src/test/resources/recorded");

    @TempDir
    Path folder;

    @TestFactory
    List<DynamicTest> imageToImage() {
        var tests = new ArrayList<DynamicTest>();
        for (var run : JsonMapper.shared()
                .readTree(RECORDED.resolve("image-to-image.json").toFile())) {
            tests.add(DynamicTest.dynamicTest(
                    run.path("scheduler").asString() + " strength "
                            + run.path("strength").asDouble(),
                    () -> replay(
                            TinyModel.FOUR_CHANNELS,
                            run,
                            request(run)
                                    .init(new InitImage(
                                            picture(run), run.path("strength").asDouble())))));
        }
        assertThat(tests).hasSize(6);
        return tests;
    }

    @TestFactory
    List<DynamicTest> superResolution() throws IOException {
        var model = TinyModel.copy(folder.resolve("model"));
        TinyModel.copy(RECORDED.resolve("tiny-upscale"), model);
        var tests = new ArrayList<DynamicTest>();
        for (var run : JsonMapper.shared()
                .readTree(model.resolve("expected/upscale.json").toFile())) {
            tests.add(DynamicTest.dynamicTest(
                    "noise level " + run.path("noise_level").asInt(),
                    () -> replay(
                            model,
                            run,
                            request(run)
                                    .lowResolution(new LowResolutionImage(
                                            picture(run),
                                            run.path("noise_level").asInt())))));
        }
        assertThat(tests).hasSize(2);
        return tests;
    }

    private static ImageRequest.Builder request(JsonNode run) {
        return ImageRequest.of(run.path("prompt").asString())
                .steps(StepCount.fixed(run.path("steps").asInt()))
                .scheduler(run.path("scheduler").asString())
                .guidance(run.path("guidance_scale").asDouble())
                .seed(run.path("seed").asLong())
                .size(new ImageSize(
                        run.path("width").asInt(), run.path("height").asInt()));
    }

    private static RgbdImage picture(JsonNode run) {
        return TinyModel.picture(run.path("width").asInt(), run.path("height").asInt());
    }

    private static void replay(Path model, JsonNode run, ImageRequest.Builder request) {
        try (var pipeline = TinyModel.open(model)) {
            var image = pipeline.run(request.build(), new Cancellation(), RunListener.silent())
                    .getFirst()
                    .image();
            var decoded = new float[run.path("decoded").path("data").size()];
            for (int i = 0; i < decoded.length; i++) {
                decoded[i] = run.path("decoded").path("data").get(i).floatValue();
            }
            var expected = DepthCoding.ONE_CHANNEL.toImage(
                    decoded, 0, image.width(), image.height(), new DepthScale.Relative());
            for (int y = 0; y < image.height(); y++) {
                for (int x = 0; x < image.width(); x++) {
                    assertThat(image.depth(x, y)).isBetween(expected.depth(x, y) - 131, expected.depth(x, y) + 131);
                    for (int shift = 0; shift <= 16; shift += 8) {
                        var channel = expected.rgb(x, y) >> shift & 0xff;
                        assertThat(image.rgb(x, y) >> shift & 0xff).isBetween(channel - 1, channel + 1);
                    }
                }
            }
        }
    }
}
