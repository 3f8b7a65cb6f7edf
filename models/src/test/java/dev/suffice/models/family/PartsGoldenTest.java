package dev.suffice.models.family;

import static org.assertj.core.api.Assertions.assertThat;

import dev.suffice.engine.Engine;
import dev.suffice.engine.Engines;
import dev.suffice.engine.Graph;
import dev.suffice.engine.SessionOptions;
import dev.suffice.engine.Shape;
import dev.suffice.engine.Tensor;
import dev.suffice.models.onnx.OperatorSet;
import dev.suffice.models.tokenizer.Tokenizer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Replays {@code expected/parts.json}, recorded from Python's diffusers and transformers, of every model folder in the
 * folder that the system property {@code suffice.goldens.ldm3d} names: tokens, text encodings, U-Net calls, decoding,
 * encoding and enlarging, each with both operator sets.
 */
@ParameterizedClass
@MethodSource("engines")
class PartsGoldenTest {
    private static final float TOLERANCE = 1e-3f;

    private final Engine engine;

    PartsGoldenTest(Engine engine) {
        this.engine = engine;
    }

    static List<Engine> engines() {
        return Engines.available();
    }

    @TestFactory
    Stream<DynamicTest> everyFolder() throws Exception {
        var root = Path.of(System.getProperty("suffice.goldens.ldm3d", "src/test/resources/goldens/ldm3d"));
        var tests = new ArrayList<DynamicTest>();
        try (var folders = Files.list(root)) {
            for (var folder : folders.sorted().toList()) {
                if (Files.isRegularFile(folder.resolve("expected/parts.json"))) {
                    for (var operators : EnginesUnderTest.operatorSets(engine)) {
                        tests.add(DynamicTest.dynamicTest(
                                folder.getFileName() + " " + operators, () -> replay(folder, operators)));
                    }
                }
            }
        }
        assertThat(tests)
                .as("model folders with expected/parts.json in %s", root)
                .isNotEmpty();
        return tests.stream();
    }

    private void replay(Path folder, OperatorSet operators) {
        var parts = JsonMapper.shared()
                .readTree(folder.resolve("expected/parts.json").toFile());
        var padding = Padding.valueOf(parts.path("padding").asString("ZERO"));
        var encodings = encodings(folder, parts, operators);
        for (var call : parts.path("unet")) {
            unet(folder, call, encodings, operators, padding);
        }
        for (var call : parts.path("vae")) {
            decode(folder, call, operators, padding);
            encode(folder, call, operators, padding);
        }
        for (var call : parts.path("upscaler")) {
            upscale(folder, call, operators, padding);
        }
    }

    private Map<String, Recorded> encodings(Path folder, JsonNode parts, OperatorSet operators) {
        var encodings = new HashMap<String, Recorded>();
        if (!Files.isDirectory(folder.resolve("text_encoder"))) {
            return encodings;
        }
        var encoder = ClipText.open(folder.resolve("text_encoder"));
        try (var tokenizer = Tokenizer.open(folder.resolve("tokenizer"), encoder.maxTokens())) {
            for (var prompt : parts.path("prompts")) {
                var text = prompt.path("prompt").asString();
                var ids = StreamSupport.stream(prompt.path("input_ids").spliterator(), false)
                        .mapToLong(JsonNode::longValue)
                        .toArray();
                assertThat(tokenizer.encodePadded(text).ids()).as(text).containsExactly(ids);
                var expected = Recorded.of(prompt.path("last_hidden_state"));
                encodings.put(text, expected);
                try (var input = Tensor.of(ids, Shape.of(1, ids.length))) {
                    var skipped = prompt.path("skipped_layers").asInt(0);
                    var graph = encoder.network(operators, ids.length, skipped).graph();
                    var outputs = run(graph, Map.of("input_ids", input));
                    expected.check(text, required(outputs, "last_hidden_state"));
                    if (prompt.has("pooled_output")) {
                        Recorded.of(prompt.path("pooled_output")).check(text, required(outputs, "pooled_output"));
                    }
                }
            }
        }
        return encodings;
    }

    private void unet(
            Path folder, JsonNode call, Map<String, Recorded> encodings, OperatorSet operators, Padding padding) {
        var sample = Recorded.of(call.path("sample"));
        var text = call.has("encoder_hidden_states")
                ? Recorded.of(call.path("encoder_hidden_states"))
                : required(encodings, call.path("encoder_prompt").asString());
        var batch = (int) sample.shape().size(0);
        var steps = new float[batch];
        java.util.Arrays.fill(steps, call.path("timestep").floatValue());
        var inputs = new HashMap<String, Tensor>();
        inputs.put("sample", sample.tensor());
        inputs.put("timestep", Tensor.of(steps, Shape.of(batch)));
        inputs.put("encoder_hidden_states", text.tensor());
        if (call.has("class_labels")) {
            var labels = call.path("class_labels");
            inputs.put(
                    "class_labels",
                    labels.isObject()
                            ? Recorded.of(labels).tensor()
                            : Tensor.of(
                                    StreamSupport.stream(labels.spliterator(), false)
                                            .mapToLong(JsonNode::longValue)
                                            .toArray(),
                                    Shape.of(batch)));
        }
        if (call.has("timestep_cond")) {
            inputs.put("timestep_cond", Recorded.of(call.path("timestep_cond")).tensor());
        }
        var network = UNet2DCondition.open(folder.resolve("unet"))
                .network(
                        operators,
                        (int) sample.shape().size(2),
                        (int) sample.shape().size(3),
                        (int) text.shape().size(1),
                        padding);
        var expected = Recorded.of(call.path("noise_pred"));
        var what = "%s unet at %s".formatted(folder.getFileName(), call.path("timestep"));
        expected.check(what, required(run(network.graph(), inputs), "noise_pred"));
    }

    private void decode(Path folder, JsonNode call, OperatorSet operators, Padding padding) {
        var latents = Recorded.of(call.path("latents"));
        var network = AutoencoderKl.open(folder.resolve("vae"))
                .decoder(
                        operators,
                        (int) latents.shape().size(2),
                        (int) latents.shape().size(3),
                        padding);
        var outputs = run(network.graph(), Map.of("latents", latents.tensor()));
        Recorded.of(call.path("decoded")).check(folder.getFileName() + " decoded", required(outputs, "sample"));
    }

    private void encode(Path folder, JsonNode call, OperatorSet operators, Padding padding) {
        var image = Recorded.of(call.path("image"));
        var network = AutoencoderKl.open(folder.resolve("vae"))
                .encoder(
                        operators,
                        (int) image.shape().size(2),
                        (int) image.shape().size(3),
                        padding);
        var outputs = run(network.graph(), Map.of("sample", image.tensor()));
        Recorded.of(call.path("encoded_mean")).check(folder.getFileName() + " mean", required(outputs, "mean"));
        if (call.has("encoded_logvar")) {
            Recorded.of(call.path("encoded_logvar"))
                    .check(folder.getFileName() + " logvar", required(outputs, "logvar"));
        }
    }

    private void upscale(Path folder, JsonNode call, OperatorSet operators, Padding padding) {
        var sample = Recorded.of(call.path("sample"));
        var network = RgbdUpscaler.open(folder.resolve("upscaler"))
                .network(
                        operators,
                        (int) sample.shape().size(2),
                        (int) sample.shape().size(3),
                        padding);
        var outputs = run(network.graph(), Map.of("sample", sample.tensor()));
        Recorded.of(call.path("enlarged")).check(folder.getFileName() + " enlarged", required(outputs, "enlarged"));
    }

    private Map<String, float[]> run(Graph graph, Map<String, Tensor> inputs) {
        try (var session = engine.open(graph, SessionOptions.defaults().withThreads(1))) {
            var names = session.outputs().stream().map(output -> output.name()).toList();
            var arrays = new LinkedHashMap<String, float[]>();
            session.run(inputs, names).forEach((name, tensor) -> {
                try (tensor) {
                    arrays.put(name, tensor.toFloatArray());
                }
            });
            return arrays;
        }
    }

    private static <V> V required(Map<String, V> map, String key) {
        return Objects.requireNonNull(map.get(key), key);
    }

    /** A tensor as the fixture has it. */
    @SuppressWarnings("ArrayRecordComponent")
    private record Recorded(Shape shape, float[] data) {
        static Recorded of(JsonNode node) {
            var sizes = StreamSupport.stream(node.path("shape").spliterator(), false)
                    .mapToLong(JsonNode::longValue)
                    .toArray();
            var values = node.path("data");
            var data = new float[values.size()];
            for (int i = 0; i < data.length; i++) {
                data[i] = values.get(i).floatValue();
            }
            return new Recorded(Shape.of(sizes), data);
        }

        Tensor tensor() {
            return Tensor.of(data, shape);
        }

        void check(String what, float[] actual) {
            assertThat(actual).as(what).hasSameSizeAs(data);
            float worst = 0;
            for (int i = 0; i < data.length; i++) {
                worst = Math.max(worst, Math.abs(actual[i] - data[i]));
                assertThat(Float.isFinite(actual[i])).as(what).isTrue();
            }
            assertThat(worst).as("%s: largest difference", what).isLessThan(TOLERANCE);
        }
    }
}
