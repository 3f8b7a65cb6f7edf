package dev.suffice.models.family;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.suffice.core.Cancellation;
import dev.suffice.engine.ElementType;
import dev.suffice.engine.Engine;
import dev.suffice.engine.Engines;
import dev.suffice.engine.SessionOptions;
import dev.suffice.engine.Shape;
import dev.suffice.engine.Tensor;
import dev.suffice.models.ModelException;
import dev.suffice.models.onnx.Dim;
import dev.suffice.models.onnx.GraphBuilder;
import dev.suffice.models.onnx.Network;
import dev.suffice.models.onnx.OperatorSet;
import dev.suffice.models.quantise.ChannelQuantiser;
import dev.suffice.models.quantise.InputScale;
import dev.suffice.models.quantise.NativeScratch;
import dev.suffice.models.quantise.StoredRows;
import dev.suffice.models.safetensors.SafetensorsFile;
import dev.suffice.models.safetensors.SafetensorsWriter;
import dev.suffice.models.safetensors.Weights;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Layers of 8 bits beside the obvious loops. */
class QuantisedLayersTest {
    private static final int WIDTH = 8;
    private static final int TOKENS = 5;
    private static final InputScale INPUT = new InputScale(0.02f, 100);
    private static final Dim BATCH = new Dim.Symbol("batch", 1);
    private static final Dim LENGTH = new Dim.Symbol("tokens", 1);

    @TempDir
    Path folder;

    private final Random random = new Random(6);
    private final float[] matrix = numbers(3 * WIDTH * WIDTH);
    private final float[] bias = numbers(3 * WIDTH);
    private final float[] x = numbers(2 * TOKENS * WIDTH);

    private float[] numbers(int count) {
        var values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    @BeforeEach
    void writeMatrix() throws IOException {
        var plain = new SafetensorsWriter().tensor("m", Shape.of(3 * WIDTH, WIDTH), matrix);
        plain.write(folder.resolve("plain.safetensors"));
        var file = new SafetensorsWriter();
        try (var arena = Arena.ofConfined();
                var scratch = new NativeScratch()) {
            var tensor = SafetensorsFile.read(folder.resolve("plain.safetensors"))
                    .tensors()
                    .get("m");
            var rows = new StoredRows(Objects.requireNonNull(tensor), SafetensorsFile.map(tensor, arena));
            ChannelQuantiser.add(file, "m", rows, INPUT, scratch, new Cancellation());
            file.tensor("m.bias", Shape.of(3 * WIDTH), bias).write(folder.resolve("model.safetensors"));
        }
    }

    private Weights weights() {
        return Weights.of(SafetensorsFile.read(folder.resolve("model.safetensors")));
    }

    private float[] run(Engine engine, GraphBuilder graph, int[] lengths) {
        var shape = Shape.of(2, TOKENS, WIDTH);
        try (var session = engine.open(
                        graph.build().segment(Network.START, Network.END),
                        SessionOptions.defaults().withThreads(1));
                var input = Tensor.of(x, shape);
                var mask = Tensor.allocate(ElementType.INT32, Shape.of(2, TOKENS))) {
            for (int i = 0; i < 2 * TOKENS; i++) {
                mask.data().setAtIndex(ValueLayout.JAVA_INT, i, i % TOKENS < lengths[i / TOKENS] ? 1 : 0);
            }
            var inputs = session.inputs().size() == 1 ? Map.of("x", input) : Map.of("x", input, "mask", mask);
            var made = session.run(inputs, List.of("y"));
            try (var y = Objects.requireNonNull(made.get("y"))) {
                return y.toFloatArray();
            }
        }
    }

    /** Rows of the product in whole numbers, with the bias. */
    private double[] expected(int row) {
        var product = new double[3 * WIDTH];
        for (int i = 0; i < product.length; i++) {
            float largest = 0;
            for (int k = 0; k < WIDTH; k++) {
                largest = Math.max(largest, Math.abs(matrix[i * WIDTH + k]));
            }
            float scale = largest / 127;
            int sum = 0;
            for (int k = 0; k < WIDTH; k++) {
                int left = Math.clamp((int) Math.rint(x[row * WIDTH + k] / INPUT.scale()) + INPUT.zero(), 0, 255)
                        - INPUT.zero();
                sum += left * Math.round(matrix[i * WIDTH + k] / scale);
            }
            product[i] = sum * (double) scale * INPUT.scale() + bias[i];
        }
        return product;
    }

    /** As on processors whose products of signed numbers overflow. */
    @Test
    void unsignedMatricesGiveTheSame() {
        System.setProperty("suffice.onnxruntime.unsigned", "true");
        try {
            checkLinear();
            checkAttention();
        } finally {
            System.clearProperty("suffice.onnxruntime.unsigned");
        }
    }

    @Test
    void aLinearLayerIsAProductOfWholeNumbers() {
        checkLinear();
    }

    private void checkLinear() {
        for (var engine : Engines.available()) {
            for (var operators : EnginesUnderTest.operatorSets(engine)) {
                checkLinear(engine, operators);
            }
        }
    }

    private void checkLinear(Engine engine, OperatorSet operators) {
        var graph = new GraphBuilder("linear", operators);
        var input = graph.input("x", ElementType.FLOAT32, BATCH, LENGTH, Dim.of(WIDTH));
        graph.output("y", new QuantisedLayers(graph, weights()).linear("m", input, 3 * WIDTH));
        var y = run(engine, graph, new int[] {TOKENS, TOKENS});
        for (int row = 0; row < 2 * TOKENS; row++) {
            var wanted = expected(row);
            for (int i = 0; i < wanted.length; i++) {
                assertThat((double) y[row * wanted.length + i])
                        .as("%s, %s, row %d, %d", engine.name(), operators, row, i)
                        .isCloseTo(wanted[i], within(1e-4));
            }
        }
    }

    @Test
    void attentionSeesWhatTheMaskLeaves() {
        checkAttention();
    }

    private void checkAttention() {
        int heads = 2;
        int size = WIDTH / heads;
        var lengths = new int[] {TOKENS, 3};
        var graph = new GraphBuilder("attention", OperatorSet.ONNX_RUNTIME);
        var input = graph.input("x", ElementType.FLOAT32, BATCH, LENGTH, Dim.of(WIDTH));
        var mask = graph.input("mask", ElementType.INT32, BATCH, LENGTH);
        graph.output("y", new QuantisedLayers(graph, weights()).attention("m", input, heads, mask));
        var y = run(Engines.named(Engines.DEFAULT), graph, lengths);
        for (int text = 0; text < 2; text++) {
            for (int token = 0; token < lengths[text]; token++) {
                for (int head = 0; head < heads; head++) {
                    var query = expected(text * TOKENS + token);
                    var shares = new double[lengths[text]];
                    double all = 0;
                    for (int other = 0; other < shares.length; other++) {
                        var key = expected(text * TOKENS + other);
                        double product = 0;
                        for (int k = 0; k < size; k++) {
                            product += query[head * size + k] * key[WIDTH + head * size + k];
                        }
                        shares[other] = Math.exp(product / Math.sqrt(size));
                        all += shares[other];
                    }
                    for (int k = 0; k < size; k++) {
                        double wanted = 0;
                        for (int other = 0; other < shares.length; other++) {
                            wanted +=
                                    shares[other] / all * expected(text * TOKENS + other)[2 * WIDTH + head * size + k];
                        }
                        assertThat((double) y[(text * TOKENS + token) * WIDTH + head * size + k])
                                .isCloseTo(wanted, within(1e-4));
                    }
                }
            }
        }
    }

    @Test
    void damagedScalesAreNamed() throws IOException {
        for (var name : List.of(ChannelQuantiser.INPUT + "_scale", ChannelQuantiser.INPUT + "_zero")) {
            var file = new SafetensorsWriter();
            try (var arena = Arena.ofConfined()) {
                weights().tensors().forEach((path, tensor) -> {
                    if (path.equals("m" + name)) {
                        file.tensor(path, Shape.of(1), new float[] {-1});
                    } else {
                        file.copy(tensor, SafetensorsFile.map(tensor, arena));
                    }
                });
                file.write(folder.resolve("damaged.safetensors"));
            }
            var graph = new GraphBuilder("linear", OperatorSet.ONNX_RUNTIME);
            var input = graph.input("x", ElementType.FLOAT32, BATCH, LENGTH, Dim.of(WIDTH));
            var layers =
                    new QuantisedLayers(graph, Weights.of(SafetensorsFile.read(folder.resolve("damaged.safetensors"))));
            assertThatThrownBy(() -> layers.linear("m", input, 3 * WIDTH))
                    .isInstanceOf(ModelException.class)
                    .hasMessageContaining("tensor m" + name + ": -1.0: must be a");
        }
    }
}
