package dev.suffice.models.family;

import dev.suffice.engine.Shape;
import dev.suffice.models.onnx.Dim;
import dev.suffice.models.onnx.GraphBuilder;
import dev.suffice.models.onnx.QuantisedOperators;
import dev.suffice.models.onnx.QuantisedOperators.ChannelQuantised;
import dev.suffice.models.onnx.Value;
import dev.suffice.models.quantise.ChannelMatrix;
import dev.suffice.models.quantise.QuantisedFilters;
import dev.suffice.models.safetensors.Weights;
import java.util.Optional;

/** Layers whose matrices and inputs have 8 bits, each by the path of its weights, which also names its operators. */
final class QuantisedLayers {
    private final GraphBuilder graph;
    private final QuantisedOperators operators;
    private final Weights weights;

    QuantisedLayers(GraphBuilder graph, Weights weights) {
        this.graph = graph;
        this.operators = new QuantisedOperators(graph);
        this.weights = weights;
    }

    /** A fully connected layer of [..., C], without its bias. */
    Value product(String path, Value x, long features) {
        return linear(path, x, features, Optional.empty());
    }

    /** A fully connected layer of [..., C], with a bias if there is one. */
    Value linear(String path, Value x, long features) {
        return linear(path, x, features, bias(path, features));
    }

    private Value linear(String path, Value x, long features, Optional<Value> bias) {
        graph.scope(path);
        var matrix = ChannelMatrix.read(weights, path, features, x.size(-1));
        return operators.matmul(operators.quantise(x, matrix.input()), matrix.input(), stored(matrix), bias);
    }

    /**
     * softmax(Q K^T / sqrt(d)) V for each head (Vaswani et al., 2017), with the layers that make queries, keys and values.
     *
     * @param path of these, one below the other
     * @param x [N, T, C]
     * @param mask INT32 [N, T], 0 for the keys that nothing sees
     */
    Value attention(String path, Value x, int heads, Value mask) {
        graph.scope(path);
        long width = x.size(-1);
        var matrix = ChannelMatrix.read(weights, path, 3 * width, width);
        var bias =
                bias(path, 3 * width).orElseGet(() -> graph.floats(new float[Math.toIntExact(3 * width)], 3 * width));
        return operators.attention(
                operators.quantise(x, matrix.input()), matrix.input(), stored(matrix), bias, heads, mask);
    }

    /** Whether the layer of a path is one, a convolution or a matrix. */
    static boolean present(Weights weights, String path) {
        return ChannelMatrix.present(weights, path) || QuantisedFilters.present(weights, path);
    }

    /** A convolution of [N, C, H, W], kernel square. */
    Value convolution(String path, Value x, long channels, long kernel, long stride, long... pads) {
        graph.scope(path);
        var filters = QuantisedFilters.read(weights, path, channels, x.size(1), kernel);
        return operators.convolve(
                x,
                new QuantisedOperators.Filters(
                        graph.stored(filters.numbers(), channels, x.size(1), kernel, kernel),
                        graph.weight(filters.scales(), channels),
                        graph.stored(filters.bias(), channels),
                        filters.input(),
                        filters.output()),
                stride,
                pads);
    }

    /** [N, C, H, W] to tokens [N, H W, features], each pixel through a fully connected layer. */
    Value pixelsToTokens(String path, Value x, long features) {
        graph.scope(path);
        var matrix = ChannelMatrix.read(weights, path, features, x.size(1));
        var flat =
                graph.reshape(operators.quantise(x, matrix.input()), x.dim(0), x.dim(1), Dim.of(x.size(2) * x.size(3)));
        return operators.matmul(graph.transpose(flat, 0, 2, 1), matrix.input(), stored(matrix), bias(path, features));
    }

    private Optional<Value> bias(String path, long features) {
        return weights.find(path + ".bias")
                .map(_ -> graph.weight(weights.require(path + ".bias", Shape.of(features)), features));
    }

    private ChannelQuantised stored(ChannelMatrix matrix) {
        var numbers = matrix.numbers().shape();
        return new ChannelQuantised(
                graph.stored(matrix.numbers(), numbers.size(0), numbers.size(1)),
                graph.weight(matrix.scales(), numbers.size(1)));
    }
}
