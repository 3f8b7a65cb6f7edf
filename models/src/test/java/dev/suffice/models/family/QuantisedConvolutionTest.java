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
import dev.suffice.models.quantise.FilterQuantiser;
import dev.suffice.models.quantise.InputScale;
import dev.suffice.models.quantise.StoredRows;
import dev.suffice.models.safetensors.SafetensorsFile;
import dev.suffice.models.safetensors.SafetensorsWriter;
import dev.suffice.models.safetensors.Weights;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Convolutions of 8 bits beside the obvious loops over the values that their numbers stand for. */
class QuantisedConvolutionTest {
    private static final int DEPTH = 5;
    private static final int CHANNELS = 7;
    private static final int HEIGHT = 6;
    private static final int WIDTH = 9;
    private static final InputScale INPUT = new InputScale(0.02f, 100);
    private static final InputScale OUTPUT = new InputScale(0.05f, 120);

    @TempDir
    Path folder;

    private final Random random = new Random(6);

    private float[] numbers(int count, double size) {
        var values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) (size * random.nextGaussian());
        }
        return values;
    }

    private Weights written(float[] filters, float[] bias, int kernel) throws IOException {
        var plain = folder.resolve("plain.safetensors");
        new SafetensorsWriter()
                .tensor("c", Shape.of(CHANNELS, (long) DEPTH * kernel * kernel), filters)
                .write(plain);
        var file = new SafetensorsWriter();
        try (var arena = Arena.ofConfined()) {
            var tensor =
                    Objects.requireNonNull(SafetensorsFile.read(plain).tensors().get("c"));
            FilterQuantiser.add(
                    file,
                    "c",
                    new StoredRows(tensor, SafetensorsFile.map(tensor, arena)),
                    Shape.of(CHANNELS, DEPTH, kernel, kernel),
                    bias,
                    INPUT,
                    OUTPUT,
                    new Cancellation());
            file.write(folder.resolve("model.safetensors"));
        }
        return Weights.of(SafetensorsFile.read(folder.resolve("model.safetensors")));
    }

    /** What a value becomes by 8 bits. */
    private static double rounded(double value, InputScale scale) {
        return (Math.clamp(Math.rint(value / scale.scale()) + scale.zero(), 0, 255) - scale.zero()) * scale.scale();
    }

    @ParameterizedTest
    @CsvSource({"3, 1, 1, 1, ZERO", "3, 2, 1, 1, ZERO", "3, 2, 0, 1, ZERO", "1, 1, 0, 0, ZERO", "3, 1, 1, 1, WRAP"})
    void sumsAreThoseOfTheNumbersThatStandForThem(int kernel, int stride, int before, int after, Padding padding)
            throws IOException {
        var filters = numbers(CHANNELS * DEPTH * kernel * kernel, 0.2);
        int size = DEPTH * kernel * kernel;
        for (int i = 0; i < size; i++) {
            filters[size + i] *= 30; // a filter of another size
            filters[2 * size + i] = 0; // and one that is its bias
        }
        var bias = numbers(CHANNELS, 0.5);
        var x = numbers(2 * DEPTH * HEIGHT * WIDTH, 1);
        var weights = written(filters, bias, kernel);
        for (var engine : Engines.available()) {
            for (var operators : EnginesUnderTest.operatorSets(engine)) {
                check(engine, operators, weights, filters, bias, x, kernel, stride, before, after, padding);
            }
        }
    }

    private static void check(
            Engine engine,
            OperatorSet operators,
            Weights weights,
            float[] filters,
            float[] bias,
            float[] x,
            int kernel,
            int stride,
            int before,
            int after,
            Padding padding) {
        int size = DEPTH * kernel * kernel;
        var graph = new GraphBuilder("convolution", operators);
        var input = graph.input(
                "x", ElementType.FLOAT32, new Dim.Symbol("batch", 1), Dim.of(DEPTH), Dim.of(HEIGHT), Dim.of(WIDTH));
        var layers = new Layers(graph, weights, padding);
        var made = layers.convolution("c", input, CHANNELS, kernel, stride, before, after);
        graph.output("y", made);
        int height = (int) made.size(2);
        int width = (int) made.size(3);
        float[] y;
        try (var session = engine.open(graph.build().segment(Network.START, Network.END), SessionOptions.defaults());
                var given = Tensor.of(x, Shape.of(2, DEPTH, HEIGHT, WIDTH));
                var result = Tensor.allocate(ElementType.FLOAT32, Shape.of(2, CHANNELS, height, width))) {
            session.run(Map.of("x", given), Map.of("y", result));
            y = result.toFloatArray();
        }
        int at = 0;
        for (int n = 0; n < 2; n++) {
            for (int c = 0; c < CHANNELS; c++) {
                double largest = 0;
                for (int i = 0; i < size; i++) {
                    largest = Math.max(largest, Math.abs(filters[c * size + i]));
                }
                double step = largest / 127;
                for (int row = 0; row < height; row++) {
                    for (int column = 0; column < width; column++) {
                        double sum = bias[c];
                        for (int d = 0; d < DEPTH; d++) {
                            for (int i = 0; i < kernel; i++) {
                                for (int j = 0; j < kernel; j++) {
                                    int r = row * stride + i - before;
                                    int q = column * stride + j - before;
                                    if (padding == Padding.WRAP) {
                                        q = Math.floorMod(q, WIDTH);
                                    }
                                    if (r >= 0 && r < HEIGHT && q >= 0 && q < WIDTH && step > 0) {
                                        double weight = step
                                                * Math.rint(filters[c * size + (d * kernel + i) * kernel + j] / step);
                                        sum += weight * rounded(x[((n * DEPTH + d) * HEIGHT + r) * WIDTH + q], INPUT);
                                    }
                                }
                            }
                        }
                        var place = "%s, %s, image %d, channel %d, %d, %d"
                                .formatted(engine.name(), operators, n, c, row, column);
                        if (operators == OperatorSet.STANDARD) {
                            // Not rounded; the bias is, to whole products of the two steps.
                            assertThat((double) y[at]).as(place).isCloseTo(sum, within(1e-5 + step * INPUT.scale()));
                            at++;
                            continue;
                        }
                        // A sum in the middle between two numbers may become either, and the bias is rounded.
                        assertThat((double) y[at])
                                .as(place)
                                .isCloseTo(rounded(sum, OUTPUT), within(OUTPUT.scale() * 1.001));
                        if (Math.abs(sum / OUTPUT.scale() - Math.floor(sum / OUTPUT.scale()) - 0.5) > 0.05) {
                            assertThat((double) y[at]).isCloseTo(rounded(sum, OUTPUT), within(1e-5));
                        }
                        at++;
                    }
                }
            }
        }
        assertThat(at).isEqualTo(y.length);
    }

    @Test
    void aFilterThatIsNoNumberIsNamed() {
        var filters = numbers(CHANNELS * DEPTH, 1);
        filters[3 * DEPTH + 1] = Float.NaN;
        assertThatThrownBy(() -> written(filters, numbers(CHANNELS, 1), 1))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("filter 3: not a number");
        var bias = numbers(CHANNELS, 1);
        bias[2] = Float.POSITIVE_INFINITY;
        assertThatThrownBy(() -> written(numbers(CHANNELS * DEPTH, 1), bias, 1))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("bias of filter 2: not a number");
    }

    @Test
    void aTensorOfAnotherTypeOrNoneIsNamed() throws IOException {
        var whole = written(numbers(CHANNELS * DEPTH, 1), numbers(CHANNELS, 1), 1);
        for (var name :
                new String[] {FilterQuantiser.BIAS, FilterQuantiser.SCALES, FilterQuantiser.OUTPUT + "_scale"}) {
            for (boolean missing : new boolean[] {true, false}) {
                var file = new SafetensorsWriter();
                try (var arena = Arena.ofConfined()) {
                    whole.tensors().forEach((path, tensor) -> {
                        if (!path.equals("c" + name)) {
                            file.copy(tensor, SafetensorsFile.map(tensor, arena));
                        } else if (!missing) {
                            file.tensor(
                                    path,
                                    ElementType.INT8,
                                    tensor.shape(),
                                    (_, buffer) -> buffer.put(new byte[buffer.remaining()]));
                        }
                    });
                    file.write(folder.resolve("damaged.safetensors"));
                }
                var layers = new Layers(
                        new GraphBuilder("convolution", OperatorSet.ONNX_RUNTIME),
                        Weights.of(SafetensorsFile.read(folder.resolve("damaged.safetensors"))),
                        Padding.ZERO);
                var input =
                        layers.graph().input("x", ElementType.FLOAT32, Dim.of(1), Dim.of(DEPTH), Dim.of(4), Dim.of(4));
                assertThatThrownBy(() -> layers.convolution("c", input, CHANNELS, 1, 1))
                        .as("%s, missing %s", name, missing)
                        .isInstanceOf(ModelException.class)
                        .hasMessageContaining("tensor c" + name);
            }
        }
    }
}
