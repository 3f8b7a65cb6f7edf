package dev.suffice.models.family;

import static org.assertj.core.api.Assertions.assertThat;

import dev.suffice.engine.Engine;
import dev.suffice.engine.Engines;
import dev.suffice.engine.Graph;
import dev.suffice.engine.SessionOptions;
import dev.suffice.engine.Shape;
import dev.suffice.engine.Tensor;
import dev.suffice.engine.TensorSpec;
import dev.suffice.models.onnx.Network;
import dev.suffice.models.onnx.OperatorSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Each family, cut at each of its cut points: the two halves compute what the whole does. */
@ParameterizedClass
@MethodSource("engines")
class SegmentsTest {
    private static final Path MODEL = Path.of("src/test/resources/goldens/ldm3d/tiny-ldm3d");

    private final Random random = new Random(7);
    private final Engine engine;

    SegmentsTest(Engine engine) {
        this.engine = engine;
    }

    static List<Engine> engines() {
        return Engines.available();
    }

    private Tensor noise(long... sizes) {
        var shape = Shape.of(sizes);
        var values = new float[(int) shape.elements()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return Tensor.of(values, shape);
    }

    private Map<String, Tensor> run(Graph graph, Map<String, Tensor> values) {
        try (var session = engine.open(graph, SessionOptions.defaults().withThreads(1))) {
            var inputs = new HashMap<>(values);
            inputs.keySet()
                    .retainAll(session.inputs().stream().map(TensorSpec::name).toList());
            return session.run(
                    inputs, session.outputs().stream().map(TensorSpec::name).toList());
        }
    }

    private void check(Network network, Map<String, Tensor> inputs, String output) {
        var whole = Objects.requireNonNull(run(network.graph(), inputs).get(output));
        long before = 0;
        for (var cut : network.graph().cutPoints()) {
            var first = network.segment(Network.START, cut.name());
            var second = network.segment(cut.name(), Network.END);
            var values = new HashMap<>(inputs);
            values.putAll(run(first, inputs));
            assertThat(values).containsKeys(cut.values().toArray(String[]::new));
            values.putAll(run(second, values));
            var y = Objects.requireNonNull(values.get(output));
            assertThat(y.toFloatArray()).as(cut.name()).containsExactly(whole.toFloatArray(), tolerance());
            assertThat(first.flops().orElseThrow() + second.flops().orElseThrow())
                    .isEqualTo(network.flops());
            assertThat(first.flops().orElseThrow()).isEqualTo(cut.flops()).isGreaterThanOrEqualTo(before);
            before = cut.flops();
        }
    }

    private static org.assertj.core.data.Offset<Float> tolerance() {
        return org.assertj.core.data.Offset.offset(1e-4f);
    }

    @Test
    void textEncoder() {
        var network = ClipText.open(MODEL.resolve("text_encoder")).network(OperatorSet.ONNX_RUNTIME, 5);
        assertThat(network.cutNames()).containsExactly("layers.0", "layers.1", "layers.2");
        var ids = Tensor.of(new long[] {2012, 320, 736, 2013, 2013}, Shape.of(1, 5));
        check(network, Map.of("input_ids", ids), "last_hidden_state");
    }

    @Test
    void unet() {
        var network =
                UNet2DCondition.open(MODEL.resolve("unet")).network(OperatorSet.ONNX_RUNTIME, 8, 8, 5, Padding.ZERO);
        assertThat(network.cutNames())
                .containsExactly(
                        "text",
                        "conv_in",
                        "down_blocks.0.layers.0",
                        "down_blocks.0",
                        "down_blocks.1.layers.0",
                        "down_blocks.1",
                        "mid_block",
                        "up_blocks.0.layers.0",
                        "up_blocks.0.layers.1",
                        "up_blocks.0",
                        "up_blocks.1.layers.0",
                        "up_blocks.1.layers.1",
                        "up_blocks.1");
        var inputs = Map.of(
                "sample",
                noise(2, 4, 8, 8),
                "timestep",
                Tensor.of(new float[] {500, 20}, Shape.of(2)),
                "encoder_hidden_states",
                noise(2, 5, 32));
        check(network, inputs, "noise_pred");
    }

    @Test
    void autoencoder() {
        var vae = AutoencoderKl.open(MODEL.resolve("vae"));
        var decoder = vae.decoder(OperatorSet.ONNX_RUNTIME, 4, 8, Padding.WRAP);
        assertThat(decoder.cutNames()).containsExactly("mid_block", "up_blocks.0", "up_blocks.1");
        check(decoder, Map.of("latents", noise(1, 4, 4, 8)), "sample");
        var encoder = vae.encoder(OperatorSet.ONNX_RUNTIME, 8, 16, Padding.WRAP);
        assertThat(encoder.cutNames()).containsExactly("down_blocks.0", "down_blocks.1", "mid_block");
        check(encoder, Map.of("sample", noise(1, 6, 8, 16)), "mean");
    }

    /** In a hub's cache the files of a model are links to a folder of blobs. */
    @Test
    void weightsThatAreLinks(@TempDir Path folder) throws IOException {
        var blobs = Files.createDirectories(folder.resolve("blobs"));
        var model = Files.createDirectories(folder.resolve("snapshots/main/unet"));
        Files.copy(MODEL.resolve("unet/diffusion_pytorch_model.safetensors"), blobs.resolve("4711"));
        Files.copy(MODEL.resolve("unet/config.json"), model.resolve("config.json"));
        Files.createSymbolicLink(model.resolve("diffusion_pytorch_model.safetensors"), Path.of("../../../blobs/4711"));
        var inputs = Map.of(
                "sample",
                noise(1, 4, 4, 4),
                "timestep",
                Tensor.of(new float[] {500}, Shape.of(1)),
                "encoder_hidden_states",
                noise(1, 5, 32));
        var linked = UNet2DCondition.open(model).network(OperatorSet.ONNX_RUNTIME, 4, 4, 5, Padding.ZERO);
        var plain =
                UNet2DCondition.open(MODEL.resolve("unet")).network(OperatorSet.ONNX_RUNTIME, 4, 4, 5, Padding.ZERO);
        var expected = Objects.requireNonNull(run(plain.graph(), inputs).get("noise_pred"));
        assertThat(Objects.requireNonNull(run(linked.graph(), inputs).get("noise_pred"))
                        .toFloatArray())
                .containsExactly(expected.toFloatArray());
    }

    /** Shifting a panorama sideways shifts its result: there is no seam. */
    @Test
    void wrappedNetworksHaveNoSeam() {
        var network =
                UNet2DCondition.open(MODEL.resolve("unet")).network(OperatorSet.ONNX_RUNTIME, 4, 8, 5, Padding.WRAP);
        var text = noise(1, 5, 32);
        var sample = noise(1, 4, 4, 8).toFloatArray();
        // One step of the coarsest level is two pixels.
        var plain = predict(network, sample, text);
        var shifted = predict(network, rolled(sample, 2), text);
        assertThat(shifted).containsExactly(rolled(plain, 2), tolerance());
    }

    private float[] predict(Network network, float[] sample, Tensor text) {
        var inputs = Map.of(
                "sample",
                Tensor.of(sample, Shape.of(1, 4, 4, 8)),
                "timestep",
                Tensor.of(new float[] {500}, Shape.of(1)),
                "encoder_hidden_states",
                text);
        return Objects.requireNonNull(run(network.graph(), inputs).get("noise_pred"))
                .toFloatArray();
    }

    private static float[] rolled(float[] image, int columns) {
        var result = new float[image.length];
        for (int i = 0; i < image.length; i++) {
            result[i / 8 * 8 + (i % 8 + columns) % 8] = image[i];
        }
        return result;
    }
}
