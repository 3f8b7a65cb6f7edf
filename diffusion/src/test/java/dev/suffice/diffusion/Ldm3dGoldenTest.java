package dev.suffice.diffusion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.suffice.core.Cancellation;
import dev.suffice.core.StepCount;
import dev.suffice.diffusion.scheduler.SchedulerConfig;
import dev.suffice.diffusion.scheduler.Schedulers;
import dev.suffice.engine.Engine;
import dev.suffice.engine.Engines;
import dev.suffice.engine.SessionOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Whole runs against diffusers' StableDiffusionLDM3DPipeline: every model folder in the folder that the system property
 * {@code suffice.goldens.ldm3d} names, every run in its {@code expected/runs.json}. RGB within 1 of 255, depth within 0.2%
 * of its range, latents within 1e-3 of their scale.
 */
@ParameterizedClass
@MethodSource("engines")
class Ldm3dGoldenTest {
    private static final double DEPTH_TOLERANCE = 0.002 * 65535;

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS) // the recorded configurations have -Infinity
            .build();

    private final Engine engine;

    Ldm3dGoldenTest(Engine engine) {
        this.engine = engine;
    }

    static List<Engine> engines() {
        return Engines.available();
    }

    @TestFactory
    Stream<DynamicContainer> everyRunOfEveryModel() throws IOException {
        var root = Path.of(System.getProperty("suffice.goldens.ldm3d", "../models/src/test/resources/goldens/ldm3d"));
        try (var folders = Files.list(root)) {
            var models = folders.filter(f -> Files.exists(f.resolve("expected/runs.json")))
                    .sorted()
                    .toList();
            assertThat(models).as("model folders in %s", root.toAbsolutePath()).isNotEmpty();
            return models.stream().map(model -> runsOf(model, model));
        }
    }

    /** The same model, exported by Optimum and by Optimum-Intel. */
    @TestFactory
    Stream<DynamicContainer> everyRunOfEveryExport() {
        var recorded = Path.of("../models/src/test/resources/goldens/ldm3d/tiny-ldm3d");
        return Stream.of("tiny-ldm3d-onnx", "tiny-ldm3d-openvino")
                .filter(name -> name.endsWith("onnx") || engine.name().equals("openvino"))
                .map(name -> runsOf(Path.of("src/test/resources/exported", name), recorded));
    }

    private DynamicContainer runsOf(Path model, Path recorded) {
        var runs = JSON.readTree(recorded.resolve("expected/runs.json").toFile());
        var tests = new ArrayList<DynamicTest>();
        for (int i = 0; i < runs.size(); i++) {
            var run = runs.get(i);
            var name = "%d %s, %d steps, guidance %s: %s"
                    .formatted(
                            i,
                            run.path("scheduler").asString(),
                            run.path("steps").asInt(),
                            run.path("guidance_scale").asDouble(),
                            run.path("prompt").asString());
            tests.add(DynamicTest.dynamicTest(name, () -> replay(model, run)));
        }
        return DynamicContainer.dynamicContainer(model.getFileName().toString(), tests);
    }

    private void replay(Path model, JsonNode run) {
        var height = run.path("rgb").path("shape").path(0).asInt();
        var width = run.path("rgb").path("shape").path(1).asInt();
        var request = ImageRequest.of(run.path("prompt").asString())
                .negativePrompt(run.path("negative_prompt").asString(""))
                .steps(StepCount.fixed(run.path("steps").asInt()))
                .guidance(run.path("guidance_scale").asDouble())
                .guidanceRescale(run.path("guidance_rescale").asDouble(0))
                .size(new ImageSize(width, height))
                .build();
        var config = SchedulerConfig.of(JSON.convertValue(run.path("scheduler_config"), Map.class));
        var scheduler = Schedulers.create(run.path("scheduler").asString(), config);
        var noise = floats(run.path("noise"));
        var latents = new ArrayList<float[]>();
        var finish = new Ldm3dPipeline.Finish() {
            @Override
            void latents(float[][] finished) {
                latents.addAll(List.of(finished));
            }
        };
        try (var pipeline = Ldm3dPipeline.open(
                model,
                "golden",
                Path.of("target/cache"),
                engine,
                SessionOptions.defaults().withThreads(1))) {
            var image = pipeline.run(
                            request,
                            scheduler,
                            seed -> values -> System.arraycopy(noise, 0, values, 0, values.length),
                            finish,
                            new Cancellation(),
                            RunListener.silent())
                    .getFirst()
                    .image();
            assertClose(latents.getFirst(), floats(run.path("latents")));
            for (int y = 0; y < height; y++) {
                for (int x = 0; x < width; x++) {
                    var at = y * width + x;
                    for (int c = 0; c < 3; c++) {
                        assertThat(image.rgb(x, y) >> (16 - 8 * c) & 0xff)
                                .as("RGB channel %d at %d, %d", c, x, y)
                                .isCloseTo(
                                        run.path("rgb")
                                                .path("data")
                                                .path(3 * at + c)
                                                .asInt(),
                                        within(1));
                    }
                    assertThat((double) image.depth(x, y))
                            .as("depth at %d, %d", x, y)
                            .isCloseTo(
                                    run.path("depth16").path("data").path(at).asInt(),
                                    org.assertj.core.api.Assertions.within(DEPTH_TOLERANCE));
                }
            }
        }
    }

    private static org.assertj.core.data.Offset<Integer> within(int value) {
        return org.assertj.core.api.Assertions.within(value);
    }

    private static void assertClose(float[] actual, float[] expected) {
        assertThat(actual).hasSameSizeAs(expected);
        double scale = 0;
        double worst = 0;
        for (int i = 0; i < actual.length; i++) {
            scale = Math.max(scale, Math.abs(expected[i]));
            worst = Math.max(worst, Math.abs(actual[i] - expected[i]));
        }
        assertThat(worst / scale).as("latents, worst error against their scale").isLessThan(1e-3);
    }

    private static float[] floats(JsonNode tensor) {
        var data = tensor.path("data");
        var values = new float[data.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = data.get(i).floatValue();
        }
        return values;
    }
}
