package dev.suffice.models.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.suffice.core.InvalidRequestException;
import dev.suffice.engine.CutPoint;
import dev.suffice.engine.ElementType;
import dev.suffice.engine.Engines;
import dev.suffice.engine.Graph;
import dev.suffice.engine.SessionOptions;
import dev.suffice.engine.Shape;
import dev.suffice.engine.Tensor;
import dev.suffice.engine.TensorSpec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NetworkTest {
    private static final Dim BATCH = new Dim.Symbol("batch", 1);

    /** y = (2 x + 1)^2 + x, cut after each operator. */
    private static Network squares() {
        var graph = new GraphBuilder("squares", OperatorSet.STANDARD);
        var x = graph.input("x", ElementType.FLOAT32, BATCH, Dim.of(3));
        var doubled = graph.scope("double").multiply(x, graph.scalar(2));
        graph.cut("doubled");
        var next = graph.scope("next").add(doubled, graph.scalar(1));
        graph.cut("next");
        var squared = graph.scope("square").multiply(next, next);
        graph.cut("squared");
        graph.output("y", graph.scope("sum").add(squared, x));
        return graph.build();
    }

    private static Map<String, Tensor> run(Graph graph, Map<String, Tensor> inputs) {
        try (var session = Engines.named(Engines.DEFAULT)
                .open(graph, SessionOptions.defaults().withThreads(1))) {
            var names = session.outputs().stream().map(TensorSpec::name).toList();
            var needed = new HashMap<>(inputs);
            needed.keySet()
                    .retainAll(session.inputs().stream().map(TensorSpec::name).toList());
            return session.run(needed, names);
        }
    }

    @Test
    void theWholeNetwork() {
        var graph = squares().graph();
        var x = Tensor.of(new float[] {0, 1, -2, 3, 4, 5}, Shape.of(2, 3));
        assertThat(run(graph, Map.of("x", x)))
                .hasEntrySatisfying("y", y -> assertThat(y.toFloatArray()).containsExactly(1, 10, 7, 52, 85, 126));
    }

    @Test
    void cutPointsNameWhatCrossesThem() {
        assertThat(squares().graph().cutPoints())
                .extracting(CutPoint::name, CutPoint::values)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("doubled", List.of("double/Mul", "x")),
                        org.assertj.core.groups.Tuple.tuple("next", List.of("next/Add", "x")),
                        org.assertj.core.groups.Tuple.tuple("squared", List.of("square/Mul", "x")));
    }

    @Test
    void segmentsInARowComputeTheWhole() {
        var network = squares();
        for (var cut : network.cutNames()) {
            var x = Tensor.of(new float[] {0, 1, -2}, Shape.of(1, 3));
            var values = new HashMap<String, Tensor>(Map.of("x", x));
            values.putAll(run(network.segment(Network.START, cut), values));
            assertThat(run(network.segment(cut, Network.END), values))
                    .hasEntrySatisfying("y", y -> assertThat(y.toFloatArray()).containsExactly(1, 10, 7));
        }
    }

    @Test
    void segmentsThatAreNone() {
        assertThatThrownBy(() -> squares().segment("next", "doubled"))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("squares: segment after next up to doubled: must end after it starts");
        assertThatThrownBy(() -> squares().segment("middle", Network.END))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("squares: cut middle: not one of doubled, next, squared");
    }

    @Test
    void operationsAreCountedTwicePerMultiplyAdd() {
        var graph = new GraphBuilder("count", OperatorSet.ONNX_RUNTIME);
        var image = graph.input("image", ElementType.FLOAT32, BATCH, Dim.of(3), Dim.of(8), Dim.of(6));
        var kernel = graph.floats(new float[5 * 3 * 3 * 3], 5, 3, 3, 3);
        graph.output("a", graph.convolve(image, kernel, Optional.empty(), 2, 1, 1, 1, 1));
        graph.cut("convolution");
        var tokens = graph.input("tokens", ElementType.FLOAT32, BATCH, Dim.of(7), Dim.of(4));
        var weight = graph.floats(new float[10 * 4], 10, 4);
        graph.output("b", graph.fusedMatmul(tokens, weight, false, true));
        graph.cut("product");
        graph.output("c", graph.multiHeadAttention(tokens, tokens, tokens, 2, false, Optional.empty()));
        var network = graph.build();
        long convolution = 2L * (5 * 4 * 3) * (3 * 3 * 3);
        long product = 2L * 7 * 10 * 4;
        long attention = 2 * (2L * 7 * 7 * 4);
        assertThat(network.flops()).isEqualTo(convolution + product + attention);
        assertThat(network.graph().cutPoints())
                .extracting(CutPoint::flops)
                .containsExactly(convolution, convolution + product);
        assertThat(network.segment("convolution", "product").flops()).hasValue(product);
    }

    @Test
    void operandsThatDoNotFit() {
        var graph = new GraphBuilder("wrong", OperatorSet.STANDARD);
        var a = graph.scope("here").input("a", ElementType.FLOAT32, BATCH, Dim.of(3));
        var b = graph.input("b", ElementType.FLOAT32, BATCH, Dim.of(4));
        assertThatThrownBy(() -> graph.add(a, b)).hasMessageStartingWith("here: Add of ");
        assertThatThrownBy(() -> graph.matmul(a, b)).hasMessageStartingWith("here: product of ");
        assertThatThrownBy(() -> graph.slice(a, 1, 2, 4)).hasMessageStartingWith("here: slice 2 to 4 of ");
        assertThatThrownBy(() -> graph.reshape(a, Dim.of(2), Dim.of(2))).hasMessageContaining("different sizes");
        assertThatThrownBy(() -> graph.quickGelu(a, 1)).hasMessage("here: QuickGelu is not a standard operator");
    }
}
