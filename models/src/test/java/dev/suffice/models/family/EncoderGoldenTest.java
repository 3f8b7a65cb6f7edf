package dev.suffice.models.family;

import static org.assertj.core.api.Assertions.assertThat;

import dev.suffice.engine.ElementType;
import dev.suffice.engine.Engine;
import dev.suffice.engine.Engines;
import dev.suffice.engine.Graph;
import dev.suffice.engine.SessionOptions;
import dev.suffice.engine.Shape;
import dev.suffice.engine.Tensor;
import dev.suffice.models.onnx.Network;
import dev.suffice.models.onnx.OperatorSet;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Replays what {@code record_encoders.py} recorded from transformers: scores of a padded batch behind every layer, in one piece, cut behind every head, and each text by
 * itself; with both operator sets.
 */
@ParameterizedClass
@MethodSource("engines")
@NullUnmarked // maps of tensors are looked up by names known to be there
class EncoderGoldenTest {
    private static final float TOLERANCE = 2e-4f;

    private final Engine engine;

    EncoderGoldenTest(Engine engine) {
        this.engine = engine;
    }

    static List<Engine> engines() {
        return Engines.available();
    }

    @TestFactory
    Stream<DynamicTest> everyFamily() throws Exception {
        var tests = new ArrayList<DynamicTest>();
        try (var folders = Files.list(Path.of("src/test/resources/goldens/encoders"))) {
            for (var folder : folders.sorted().toList()) {
                for (var operators : EnginesUnderTest.operatorSets(engine)) {
                    tests.add(DynamicTest.dynamicTest(
                            folder.getFileName() + " " + operators, () -> replay(folder, operators)));
                }
            }
        }
        assertThat(tests).hasSize(6 * EnginesUnderTest.operatorSets(engine).size());
        return tests.stream();
    }

    private void replay(Path folder, OperatorSet operators) {
        var expected =
                JsonMapper.shared().readTree(folder.resolve("expected.json").toFile());
        var encoder = BertEncoder.open(folder);
        var own = encoder.ownHead().orElseThrow();
        var heads = IntStream.rangeClosed(1, encoder.sizes().layers())
                .mapToObj(after -> new EncoderHead(
                        after,
                        own.weights(),
                        own.dense(),
                        own.activation(),
                        own.out(),
                        own.confidence(),
                        own.labels(),
                        own.pooling()))
                .toList();
        var network = encoder.network(operators, heads);
        var lengths = integers(expected.path("lengths"));
        var whole = run(List.of(network.graph()), heads, batch(encoder, expected, lengths, -1));
        var cut = run(segments(network), heads, batch(encoder, expected, lengths, -1));
        for (int k = 0; k < heads.size(); k++) {
            var recorded = expected.path("scores").path(k);
            assertThat(shown(whole.get(k), recorded, lengths)).containsExactly(recorded(recorded, lengths), within());
            assertThat(cut.get(k)).containsExactly(whole.get(k), within());
        }
        for (int text = 0; text < lengths.length; text++) {
            var alone = run(segments(network), heads, batch(encoder, expected, lengths, text));
            for (int k = 0; k < heads.size(); k++) {
                var recorded = expected.path("scores").path(k).path(text);
                assertThat(alone.get(k)).containsExactly(recorded(one(recorded), new int[] {lengths[text]}), within());
            }
        }
    }

    private static org.assertj.core.data.Offset<Float> within() {
        return org.assertj.core.data.Offset.offset(TOLERANCE);
    }

    private static JsonNode one(JsonNode text) {
        return JsonMapper.shared().createArrayNode().add(text);
    }

    private static List<Graph> segments(Network network) {
        var segments = new ArrayList<Graph>();
        var from = Network.START;
        for (var name : network.cutNames()) {
            segments.add(network.segment(from, name));
            from = name;
        }
        segments.add(network.segment(from, Network.END));
        return segments;
    }

    private List<float[]> run(List<Graph> graphs, List<EncoderHead> heads, Map<String, Tensor> values) {
        var known = new HashMap<>(values);
        for (var graph : graphs) {
            try (var session = engine.open(graph, SessionOptions.defaults().withThreads(1))) {
                var inputs = new HashMap<String, Tensor>();
                session.inputs().forEach(input -> inputs.put(input.name(), known.get(input.name())));
                known.putAll(session.run(
                        inputs,
                        session.outputs().stream().map(output -> output.name()).toList()));
            }
        }
        var scores = heads.stream()
                .map(head -> known.get(head.scores()).toFloatArray())
                .toList();
        known.values().forEach(Tensor::close);
        return scores;
    }

    /** The whole batch, or one text of it without padding. */
    private static Map<String, Tensor> batch(BertEncoder encoder, JsonNode expected, int[] lengths, int only) {
        int texts = only < 0 ? lengths.length : 1;
        int width = only < 0 ? IntStream.of(lengths).max().orElseThrow() : lengths[only];
        var ids = new long[texts * width];
        var types = new long[texts * width];
        var positions = new long[texts * width];
        var shape = Shape.of(texts, width);
        var mask = Tensor.allocate(ElementType.INT32, shape);
        for (int row = 0; row < texts; row++) {
            int text = only < 0 ? row : only;
            for (int i = 0; i < width; i++) {
                int at = row * width + i;
                ids[at] = expected.path("ids").path(text).path(i).longValue();
                types[at] = expected.path("types").path(text).path(i).longValue();
                positions[at] = (long) i + encoder.sizes().firstPosition();
                mask.data().setAtIndex(ValueLayout.JAVA_INT, at, i < lengths[text] ? 1 : 0);
            }
        }
        return Map.of(
                "input_ids",
                Tensor.of(ids, shape),
                "position_ids",
                Tensor.of(positions, shape),
                "token_type_ids",
                Tensor.of(types, shape),
                "attention_mask",
                mask);
    }

    private static int[] integers(JsonNode node) {
        return StreamSupport.stream(node.spliterator(), false)
                .mapToInt(JsonNode::intValue)
                .toArray();
    }

    /** Recorded scores in order, those of padding left out. */
    private static float[] recorded(JsonNode scores, int[] lengths) {
        var values = new ArrayList<Float>();
        for (int text = 0; text < lengths.length; text++) {
            var rows = scores.path(text);
            boolean tokens = rows.path(0).isArray();
            for (int i = 0; i < (tokens ? lengths[text] : 1); i++) {
                (tokens ? rows.path(i) : rows).forEach(value -> values.add(value.floatValue()));
            }
        }
        return floats(values);
    }

    /** Computed scores, those of padding left out. */
    private static float[] shown(float[] computed, JsonNode like, int[] lengths) {
        if (!like.path(0).path(0).isArray()) {
            return computed;
        }
        int labels = like.path(0).path(0).size();
        int width = like.path(0).size();
        var values = new ArrayList<Float>();
        for (int text = 0; text < lengths.length; text++) {
            for (int i = 0; i < lengths[text] * labels; i++) {
                values.add(computed[text * width * labels + i]);
            }
        }
        return floats(values);
    }

    private static float[] floats(List<Float> values) {
        var array = new float[values.size()];
        for (int i = 0; i < array.length; i++) {
            array[i] = values.get(i);
        }
        return array;
    }
}
