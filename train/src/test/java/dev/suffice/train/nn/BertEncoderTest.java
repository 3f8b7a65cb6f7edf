package dev.suffice.train.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.suffice.engine.ElementType;
import dev.suffice.engine.Shape;
import dev.suffice.models.ModelException;
import dev.suffice.models.folder.Config;
import dev.suffice.models.quantise.StoredRows;
import dev.suffice.models.safetensors.SafetensorsWriter;
import dev.suffice.models.safetensors.Weights;
import dev.suffice.train.files.Safetensors;
import dev.suffice.train.loop.Checkpoint;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The encoder gives the states that transformers' BertModel gives (see exits/tiny/README.md). */
final class BertEncoderTest {
    private static final float TOLERANCE = 2e-5f;

    private static Path folder = Path.of("");
    private static Safetensors.Content io = new Safetensors.Content(Map.of(), Map.of());
    private static List<int[]> texts = List.of();

    @TempDir
    private Path other;

    @BeforeAll
    static void fixture() throws IOException, URISyntaxException {
        ComputeThreads.use(1);
        folder = Path.of(Objects.requireNonNull(BertEncoderTest.class.getResource("/dev/suffice/train/exits/tiny"))
                .toURI());
        io = Safetensors.read(folder.resolve("io.safetensors"));
        var read = new ArrayList<int[]>();
        float[] ids = io.tensor("ids").values();
        float[] mask = io.tensor("mask").values();
        int width = (int) io.tensor("ids").shape()[1];
        for (int from = 0; from < ids.length; from += width) {
            int length = 0;
            while (length < width && mask[from + length] > 0) {
                length++;
            }
            int[] text = new int[length];
            for (int t = 0; t < length; t++) {
                text[t] = (int) ids[from + t];
            }
            read.add(text);
        }
        texts = read;
    }

    private static BertConfig config() {
        return BertConfig.read(Config.read(folder.resolve("config.json")));
    }

    private static SortedMap<Integer, TokenStates> layers(TokenStates read, Integer... layers) {
        var wanted = new TreeMap<Integer, TokenStates>();
        List.of(layers).forEach(layer -> wanted.put(layer, read));
        return wanted;
    }

    /** The recorded states of one text's token after a layer. */
    private static float[] recorded(int layer, int text, int token) throws IOException {
        var states = io.tensor("states." + layer);
        int tokens = (int) states.shape()[1];
        int width = (int) states.shape()[2];
        int from = (text * tokens + token) * width;
        return Arrays.copyOfRange(states.values(), from, from + width);
    }

    private static float[] row(Map<Integer, Tensor> states, int layer, long row) {
        Tensor after = Objects.requireNonNull(states.get(layer));
        return Checkpoint.values(after.select(0, row).contiguous());
    }

    private static BertEncoder full(Parameters parameters) {
        var encoder = BertEncoder.trained(parameters, config());
        parameters.allocate(1, Precision.FLOAT32);
        encoder.load(new BertWeights(Weights.open(folder)));
        return encoder;
    }

    @Test
    void statesAreThoseOfTransformers() throws IOException {
        try (var parameters = new Parameters();
                var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            var encoder = full(parameters);
            var batch = TokenBatch.of(texts, 0);
            var all = encoder.states(batch, layers(TokenStates.ALL, 1, 2, 3), Dropout.NONE);
            var first = encoder.states(batch, layers(TokenStates.FIRST, 1, 2, 3), Dropout.NONE);
            var mean = encoder.states(batch, layers(TokenStates.MEAN, 1, 2, 3), Dropout.NONE);
            assertThat(first.sequencedKeySet()).containsExactly(1, 2, 3);
            for (int layer = 1; layer <= 3; layer++) {
                for (int text = 0; text < texts.size(); text++) {
                    float[] sum = new float[16];
                    int length = texts.get(text).length;
                    for (int token = 0; token < length; token++) {
                        float[] wanted = recorded(layer, text, token);
                        assertThat(row(all, layer, text * batch.tokens() + token))
                                .as("layer %d, text %d, token %d", layer, text, token)
                                .containsExactly(wanted, within(TOLERANCE));
                        for (int i = 0; i < sum.length; i++) {
                            sum[i] += wanted[i] / length;
                        }
                    }
                    assertThat(row(first, layer, text)).containsExactly(recorded(layer, text, 0), within(TOLERANCE));
                    assertThat(row(mean, layer, text)).containsExactly(sum, within(TOLERANCE));
                }
            }
            var wanted = layers(TokenStates.MEAN, 1, 2);
            wanted.put(3, TokenStates.FIRST);
            var mixed = encoder.states(batch, wanted, Dropout.NONE);
            assertThat(row(mixed, 2, 1)).containsExactly(row(mean, 2, 1));
            assertThat(row(mixed, 3, 1)).containsExactly(recorded(3, 1, 0), within(TOLERANCE));
        }
    }

    /** Of pairs of texts, as {@code record_encoders.py} recorded them: the scores that a head makes of the first token's states. */
    @Test
    void typesOfTokensCountAsInTransformers() {
        var golden = Path.of("../models/src/test/resources/goldens/encoders/bert");
        var expected =
                JsonMapper.shared().readTree(golden.resolve("expected.json").toFile());
        var ids = new ArrayList<int[]>();
        var types = new ArrayList<int[]>();
        for (int text = 0; text < 3; text++) {
            int length = expected.path("lengths").path(text).intValue();
            ids.add(integers(expected.path("ids").path(text), length));
            types.add(integers(expected.path("types").path(text), length));
        }
        var weights = Weights.open(golden);
        try (var parameters = new Parameters();
                var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            var encoder = BertEncoder.trained(parameters, BertConfig.read(Config.read(golden.resolve("config.json"))));
            parameters.allocate(1, Precision.FLOAT32);
            encoder.load(new BertWeights(weights));
            var batch = TokenBatch.of(ids, types, 0);
            assertThat(batch.types()).isPresent();
            assertThat(TokenBatch.of(ids, 0).types()).isEmpty();
            var states = encoder.states(batch, layers(TokenStates.FIRST, 1, 2, 3), Dropout.NONE);
            for (int layer = 1; layer <= 3; layer++) {
                for (int text = 0; text < 3; text++) {
                    float[] pooled = linear(weights, "bert.pooler.dense", row(states, layer, text));
                    for (int i = 0; i < pooled.length; i++) {
                        pooled[i] = (float) Math.tanh(pooled[i]);
                    }
                    var scores = expected.path("scores").path(layer - 1).path(text);
                    float[] wanted = new float[scores.size()];
                    for (int label = 0; label < wanted.length; label++) {
                        wanted[label] = scores.path(label).floatValue();
                    }
                    assertThat(linear(weights, "classifier", pooled))
                            .as("layer %d, text %d", layer, text)
                            .containsExactly(wanted, within(1e-4f));
                }
            }
        }
    }

    private static int[] integers(JsonNode list, int count) {
        return list.valueStream().limit(count).mapToInt(JsonNode::intValue).toArray();
    }

    private static float[] linear(Weights weights, String path, float[] x) {
        float[] matrix = StoredRows.values(weights.find(path + ".weight").orElseThrow());
        float[] y = StoredRows.values(weights.find(path + ".bias").orElseThrow());
        for (int i = 0; i < y.length; i++) {
            for (int j = 0; j < x.length; j++) {
                y[i] += matrix[i * x.length + j] * x[j];
            }
        }
        return y;
    }

    @Test
    void aTextAloneHasTheStatesThatItHasInABatch() throws IOException {
        try (var parameters = new Parameters();
                var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            var encoder = full(parameters);
            var batch = TokenBatch.of(texts.subList(1, 2), 0);
            assertThat(batch.bias()).isEmpty();
            var states = encoder.states(batch, layers(TokenStates.FIRST, 2), Dropout.NONE);
            assertThat(row(states, 2, 0)).containsExactly(recorded(2, 1, 0), within(TOLERANCE));
        }
    }

    /** Beside the frozen matrices, and added to them: W + alpha / r B A. */
    @Test
    void adaptersGiveWhatTheirSumWithTheMatricesGives() throws IOException {
        try (var parameters = new Parameters();
                var constants = new Constants();
                var merged = new Parameters();
                var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            var adapted = BertEncoder.adapted(parameters, constants, config(), new LowRank(2, 1.5));
            parameters.allocate(3, Precision.FLOAT32);
            adapted.load(new BertWeights(Weights.open(folder)));
            var batch = TokenBatch.of(texts, 0);
            var unchanged = adapted.states(batch, layers(TokenStates.ALL, 3), Dropout.NONE);
            assertThat(row(unchanged, 3, 0)).containsExactly(recorded(3, 0, 0), within(TOLERANCE));
            parameters.randomise(4);
            var beside = adapted.states(batch, layers(TokenStates.ALL, 3), Dropout.NONE);
            assertThat(row(beside, 3, 0)).isNotEqualTo(row(unchanged, 3, 0));

            var encoder = full(merged);
            for (Parameter down : parameters.all()) {
                if (down.name().endsWith(".lora_A.weight")) {
                    String name = down.name().replace(".lora_A.weight", "");
                    Tensor product =
                            parameters.named(name + ".lora_B.weight").tensor().matmul(down.tensor());
                    Parameter weight = merged.named(name + ".weight");
                    weight.write(Checkpoint.values(
                            weight.tensor().add(product.mul(new Scalar(1.5))).contiguous()));
                }
            }
            var added = encoder.states(batch, layers(TokenStates.ALL, 3), Dropout.NONE);
            for (int row = 0; row < 3; row++) {
                assertThat(row(added, 3, row)).containsExactly(row(beside, 3, row), within(1e-4f));
            }
        }
    }

    private Path copy(String prefix, ElementType type, String left) throws IOException {
        var writer = new SafetensorsWriter();
        for (var tensor : Weights.open(folder).tensors().values()) {
            if (!tensor.name().equals(left)) {
                float[] values = StoredRows.values(tensor);
                writer.tensor(prefix + tensor.name(), type, tensor.shape(), (start, buffer) -> {
                    for (int i = (int) start; buffer.hasRemaining(); i++) {
                        switch (type) {
                            case FLOAT16 -> buffer.putShort(Float.floatToFloat16(values[i]));
                            case BFLOAT16 -> buffer.putShort((short) (Float.floatToRawIntBits(values[i]) >>> 16));
                            default -> buffer.putFloat(values[i]);
                        }
                    }
                });
            }
        }
        writer.write(other.resolve("model.safetensors"));
        return other;
    }

    @Test
    void readsClassifiersAndHalfPrecision() throws IOException {
        for (var type : List.of(ElementType.FLOAT16, ElementType.BFLOAT16)) {
            try (var parameters = new Parameters();
                    var _ = new PointerScope();
                    var _ = new NoGradGuard()) {
                var encoder = BertEncoder.trained(parameters, config());
                parameters.allocate(1, Precision.FLOAT32);
                encoder.load(new BertWeights(Weights.open(copy("bert.", type, ""))));
                var states = encoder.states(TokenBatch.of(texts, 0), layers(TokenStates.FIRST, 1), Dropout.NONE);
                assertThat(row(states, 1, 1)).containsExactly(recorded(1, 1, 0), within(0.1f));
            }
        }
    }

    @Test
    void tensorsThatAreMissingOrOfAnotherShapeOrTypeAreNamed() throws IOException {
        String name = "encoder.layer.1.attention.self.key.weight";
        try (var parameters = new Parameters()) {
            var encoder = BertEncoder.trained(parameters, config());
            parameters.allocate(1, Precision.FLOAT32);
            var without = new BertWeights(Weights.open(copy("", ElementType.FLOAT32, name)));
            assertThatThrownBy(() -> encoder.load(without))
                    .isInstanceOf(ModelException.class)
                    .hasMessageContaining("tensor " + name + ": missing; config.json asks for one of shape [16, 16]");
        }
        try (var parameters = new Parameters()) {
            var encoder = BertEncoder.trained(parameters, new BertConfig(40, 16, 3, 2, 32, 12, 2, 1e-12, 0));
            parameters.allocate(1, Precision.FLOAT32);
            assertThatThrownBy(() -> encoder.load(new BertWeights(Weights.open(folder))))
                    .isInstanceOf(ModelException.class)
                    .hasMessageContaining("tensor encoder.layer.0.intermediate.dense.weight: shape [24, 16]")
                    .hasMessageContaining("config.json asks for [32, 16]");
        }
        try (var parameters = new Parameters()) {
            var encoder = BertEncoder.trained(parameters, new BertConfig(2, 1, 0, 1, 1, 1, 1, 1e-12, 0));
            parameters.allocate(1, Precision.FLOAT32);
            new SafetensorsWriter()
                    .tensor(
                            "embeddings.word_embeddings.weight",
                            ElementType.INT8,
                            Shape.of(2, 1),
                            (start, buffer) -> buffer.position(buffer.limit()))
                    .write(other.resolve("model.safetensors"));
            assertThatThrownBy(() -> encoder.load(new BertWeights(Weights.open(other))))
                    .isInstanceOf(ModelException.class)
                    .hasMessageContaining(
                            "tensor embeddings.word_embeddings.weight: INT8: training starts from FLOAT32, FLOAT16 or BFLOAT16; take the model that is not quantised");
        }
    }

    @Test
    void otherFamiliesAreRefused() throws IOException {
        Path file = other.resolve("config.json");
        Files.writeString(file, "{\"model_type\": \"roberta\"}");
        assertThatThrownBy(() -> BertConfig.read(Config.read(file)))
                .isInstanceOf(ModelException.class)
                .hasMessage("%s: model_type \"roberta\": must be bert; other encoders cannot be trained yet", file);
        Files.writeString(file, "{\"vocab_size\": 10, \"hidden_size\": 10, \"num_attention_heads\": 3}");
        assertThatThrownBy(() -> BertConfig.read(Config.read(file)))
                .hasMessage("%s: num_attention_heads 3: must be a divisor of hidden_size 10", file);
    }
}
