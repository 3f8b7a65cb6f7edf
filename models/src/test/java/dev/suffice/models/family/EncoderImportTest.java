package dev.suffice.models.family;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.suffice.engine.ElementType;
import dev.suffice.engine.Engines;
import dev.suffice.engine.SessionOptions;
import dev.suffice.engine.Shape;
import dev.suffice.engine.Tensor;
import dev.suffice.models.ModelException;
import dev.suffice.models.onnx.OnnxFile;
import dev.suffice.models.onnx.OperatorSet;
import dev.suffice.models.quantise.StoredRows;
import dev.suffice.models.safetensors.Weights;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Encoders that were exported to ONNX, or come with an adapter; recorded by {@code record_encoders.py}. */
class EncoderImportTest {
    private static final Path GOLDENS = Path.of("src/test/resources/goldens");
    private static final Path CHECKPOINT = GOLDENS.resolve("encoders/bert");
    private static final Path EXPORT = GOLDENS.resolve("encoders-onnx/model.onnx");
    private static final Path ADAPTER = GOLDENS.resolve("encoders-adapter");

    @TempDir
    Path folder;

    @Test
    void anExportHasTheTensorsOfItsCheckpoint() {
        var family = BertEncoder.open(CHECKPOINT).family();
        var checkpoint = Weights.open(CHECKPOINT);
        EncoderImport.write(
                EncoderTensors.of(OnnxFile.read(EXPORT)),
                family,
                Optional.empty(),
                List.of(CHECKPOINT.resolve("config.json")),
                folder.resolve("made"));
        var made = Weights.open(folder.resolve("made"));
        var encoder = checkpoint.tensors().keySet().stream()
                .filter(name -> name.startsWith("bert.") && !name.contains("pooler"))
                .toList();
        assertThat(encoder).hasSize(5 + 16 * 3);
        assertThat(made.tensors().keySet()).containsAll(encoder);
        for (var name : encoder) {
            var expected = checkpoint.find(name).orElseThrow();
            var found = made.require(name, expected.shape());
            assertThat(StoredRows.values(found)).as(name).containsExactly(StoredRows.values(expected));
        }
    }

    @Test
    void anAdapterIsMergedAsItsLibraryAppliesIt() {
        merge(ADAPTER);
        var expected =
                JsonMapper.shared().readTree(ADAPTER.resolve("expected.json").toFile());
        assertThat(scores(BertEncoder.open(folder.resolve("made")), expected))
                .containsExactly(flat(expected.path("scores").path(0)), within(2e-4f));
        assertThat(scores(BertEncoder.open(CHECKPOINT), expected)[0])
                .isNotCloseTo(expected.path("scores").path(0).path(0).path(0).floatValue(), within(0.01f));
    }

    private void merge(Path adapter) {
        var base = BertEncoder.open(CHECKPOINT);
        EncoderImport.write(
                EncoderTensors.of(base.weights(), base.family()),
                base.family(),
                Optional.of(LoraAdapter.open(adapter)),
                List.of(CHECKPOINT.resolve("config.json")),
                folder.resolve("made"));
    }

    @Test
    void anAdapterOfAnotherModelIsRefused() throws IOException {
        var other = BertEncoder.open(GOLDENS.resolve("encoders/distilbert"));
        assertThatThrownBy(() -> EncoderImport.write(
                        EncoderTensors.of(other.weights(), other.family()),
                        other.family(),
                        Optional.of(LoraAdapter.open(ADAPTER)),
                        List.of(),
                        folder.resolve("made")))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("has no layer bert.encoder.layer.0.attention.output.dense")
                .hasMessageContaining("do the two belong together?");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void adaptersThatWouldBeMergedWronglyAreRefused() throws IOException {
        for (var key : List.of("use_dora", "fan_in_fan_out", "lora_bias")) {
            assertThatThrownBy(() -> LoraAdapter.open(changed(json -> json.put(key, true))))
                    .isInstanceOf(ModelException.class)
                    .hasMessageContaining(key + " true: must be false");
        }
        assertThatThrownBy(() -> LoraAdapter.open(changed(json -> json.put("peft_type", "IA3"))))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("peft_type \"IA3\": must be LORA");
        assertThatThrownBy(() -> LoraAdapter.open(
                        changed(json -> json.putObject("rank_pattern").put("query", 8))))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("rank_pattern");
        assertThatThrownBy(() -> LoraAdapter.open(folder)).isInstanceOf(ModelException.class);
    }

    @Test
    void rootScalingIsKnown() throws IOException {
        merge(changed(json -> json.put("use_rslora", true)));
        var rooted = StoredRows.values(layer(folder.resolve("made")));
        merge(ADAPTER);
        var plain = StoredRows.values(layer(folder.resolve("made")));
        var base = StoredRows.values(layer(CHECKPOINT));
        for (int i = 0; i < base.length; i++) {
            // alpha / sqrt(4) instead of alpha / 4
            assertThat(rooted[i] - base[i]).isCloseTo(2 * (plain[i] - base[i]), within(1e-5f));
        }
    }

    private static dev.suffice.models.safetensors.StoredTensor layer(Path from) {
        return Weights.open(from)
                .find("bert.encoder.layer.1.intermediate.dense.weight")
                .orElseThrow();
    }

    private Path changed(java.util.function.Consumer<ObjectNode> change) throws IOException {
        var copy = Files.createTempDirectory(folder, "adapter");
        Files.copy(ADAPTER.resolve("adapter_model.safetensors"), copy.resolve("adapter_model.safetensors"));
        var json = (ObjectNode) JsonMapper.shared()
                .readTree(ADAPTER.resolve("adapter_config.json").toFile());
        change.accept(json);
        Files.writeString(copy.resolve("adapter_config.json"), json.toString());
        return copy;
    }

    @Test
    void aDamagedExportIsRefusedOrReadAsWhatItIs() throws IOException {
        var bytes = Files.readAllBytes(EXPORT);
        var file = folder.resolve("damaged.onnx");
        var random = new Random(11);
        for (int round = 0; round < 3000; round++) {
            var damaged = round % 2 == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length)) : bytes.clone();
            // Lengths stand at the beginning of messages; most of the bytes are numbers of weights.
            for (int k = 0; k < 4 && damaged.length > 0; k++) {
                damaged[random.nextInt(Math.min(damaged.length, k < 3 ? 4000 : damaged.length))] =
                        (byte) random.nextInt(256);
            }
            Files.write(file, damaged);
            try {
                for (var tensor : OnnxFile.read(file).tensors().values()) {
                    assertThat(tensor.offset() + tensor.length()).isLessThanOrEqualTo(damaged.length);
                    assertThat(tensor.shape().elements() * tensor.type().byteSize())
                            .isEqualTo(tensor.length());
                }
            } catch (ModelException e) {
                assertThat(e).hasMessageContaining("damaged.onnx");
            }
        }
    }

    @Test
    void whatIsNoExportIsRefused() throws IOException {
        var file = Files.write(folder.resolve("some.onnx"), new byte[0]);
        assertThatThrownBy(() -> OnnxFile.read(file))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("has no graph");
        assertThatThrownBy(() -> OnnxFile.read(folder.resolve("none.onnx")))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("no such file");
        assertThatThrownBy(() -> EncoderTensors.of(new OnnxFile(file, java.util.Map.of(), List.of())))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("no fully connected layers");
    }

    private static float[] scores(BertEncoder encoder, JsonNode expected) {
        var head = encoder.ownHead().orElseThrow();
        int texts = expected.path("ids").size();
        int width = expected.path("ids").path(0).size();
        var ids = new long[texts * width];
        var types = new long[texts * width];
        var positions = new long[texts * width];
        var shape = Shape.of(texts, width);
        try (var arena = Arena.ofConfined();
                var session = Engines.named(Engines.DEFAULT)
                        .open(
                                encoder.network(OperatorSet.ONNX_RUNTIME, List.of(head))
                                        .graph(),
                                SessionOptions.defaults().withThreads(1))) {
            var mask = arena.allocate(ValueLayout.JAVA_INT, ids.length);
            for (int i = 0; i < ids.length; i++) {
                ids[i] = expected.path("ids").path(i / width).path(i % width).longValue();
                types[i] =
                        expected.path("types").path(i / width).path(i % width).longValue();
                positions[i] = i % width;
                boolean seen =
                        i % width < expected.path("lengths").path(i / width).intValue();
                mask.setAtIndex(ValueLayout.JAVA_INT, i, seen ? 1 : 0);
            }
            var inputs = new HashMap<String, Tensor>();
            inputs.put("input_ids", Tensor.of(ids, shape));
            inputs.put("token_type_ids", Tensor.of(types, shape));
            inputs.put("position_ids", Tensor.of(positions, shape));
            inputs.put("attention_mask", Tensor.view(mask, ElementType.INT32, shape));
            var result = session.run(inputs, List.of(head.scores()));
            var values =
                    Optional.ofNullable(result.get(head.scores())).orElseThrow().toFloatArray();
            result.values().forEach(Tensor::close);
            inputs.values().forEach(Tensor::close);
            return values;
        }
    }

    private static float[] flat(JsonNode rows) {
        var values = new float[rows.size() * rows.path(0).size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = rows.path(i / rows.path(0).size())
                    .path(i % rows.path(0).size())
                    .floatValue();
        }
        return values;
    }
}
