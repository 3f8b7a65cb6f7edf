package dev.suffice.models.decoder;

import dev.suffice.engine.ElementType;
import dev.suffice.engine.Shape;
import dev.suffice.models.ModelException;
import dev.suffice.models.onnx.GraphBuilder;
import dev.suffice.models.onnx.QuantisedOperators;
import dev.suffice.models.onnx.QuantisedOperators.BlockQuantised;
import dev.suffice.models.onnx.QuantisedOperators.ChannelQuantised;
import dev.suffice.models.onnx.Value;
import dev.suffice.models.quantise.BlockFormat;
import dev.suffice.models.quantise.BlockQuantiser;
import dev.suffice.models.quantise.ChannelMatrix;
import dev.suffice.models.quantise.InputScale;
import dev.suffice.models.safetensors.StoredTensor;
import dev.suffice.models.safetensors.Weights;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The matrices and vectors of a model in a graph, plain or quantised, each by the path of its weights, which also names its operators. */
final class Matrices {
    private final GraphBuilder graph;
    private final QuantisedOperators operators;
    private final Weights weights;

    /** Inputs of several matrices are quantised once. */
    private final Map<Input, Value> inputs = new HashMap<>();

    private record Input(Value value, InputScale scale) {}

    Matrices(GraphBuilder graph, Weights weights) {
        this.graph = graph;
        this.operators = new QuantisedOperators(graph);
        this.weights = weights;
    }

    /** A fully connected layer, with a bias if there is one. */
    Value linear(String path, Value x, long features) {
        graph.scope(path);
        var y = product(path, x, features);
        return weights.contains(path + ".bias")
                ? graph.add(y, graph.weight(weights.require(path + ".bias", Shape.of(features)), features))
                : y;
    }

    /** Whether there is a matrix of that path. */
    static boolean has(Weights weights, String path) {
        return weights.contains(path + ".weight")
                || weights.contains(path + BlockQuantiser.PACKED)
                || ChannelMatrix.present(weights, path);
    }

    private Value product(String path, Value x, long features) {
        if (weights.contains(path + BlockQuantiser.PACKED)) {
            return operators.matmul(x, quantised(path, features, x.size(-1)));
        }
        if (ChannelMatrix.present(weights, path)) {
            return channelProduct(path, x, features);
        }
        return graph.fusedMatmul(x, matrix(path, features, x.size(-1)), false, true);
    }

    private Value channelProduct(String path, Value x, long features) {
        var matrix = ChannelMatrix.read(weights, path, features, x.size(-1));
        var scale = matrix.input();
        var input = inputs.computeIfAbsent(new Input(x, scale), _ -> operators.quantise(x, scale));
        var quantised = new ChannelQuantised(
                graph.stored(matrix.numbers(), x.size(-1), features), graph.weight(matrix.scales(), features));
        return operators.matmul(input, scale, quantised, Optional.empty());
    }

    /** Rows of a matrix, by INT64 numbers of any shape. */
    Value rows(String path, long rows, long columns, Value numbers) {
        graph.scope(path);
        if (!weights.contains(path + BlockQuantiser.PACKED)) {
            return graph.gather(matrix(path, rows, columns), numbers);
        }
        var matrix = quantised(path, rows, columns);
        var packed = stored(path + BlockQuantiser.PACKED);
        var scales = stored(path + BlockQuantiser.SCALES);
        return operators.gather(
                matrix,
                graph.stored(packed, rows, packed.length() / rows),
                graph.weight(scales, rows, scales.shape().elements() / rows),
                numbers);
    }

    /** A weight of one axis. */
    Value vector(String name, long size) {
        return graph.weight(weights.require(name, Shape.of(size)), size);
    }

    private StoredTensor stored(String name) {
        return weights.find(name)
                .orElseThrow(() -> new ModelException("%s: tensor %s: missing".formatted(weights.folder(), name)));
    }

    private Value matrix(String path, long rows, long columns) {
        return graph.weight(weights.require(path + ".weight", Shape.of(rows, columns)), rows, columns);
    }

    private BlockQuantised quantised(String path, long rows, long columns) {
        var packed = stored(path + BlockQuantiser.PACKED);
        var shape = packed.shape();
        long blocks = shape.rank() == 3 ? shape.size(1) : 0;
        long bytes = shape.rank() == 3 ? shape.size(2) : 0;
        var scales = weights.require(path + BlockQuantiser.SCALES, Shape.of(rows, blocks));
        var format = BlockFormat.of(blocks, bytes, columns);
        if (packed.type() != ElementType.UINT8 || shape.size(0) != rows || format.isEmpty()) {
            throw new ModelException(
                    "%s: tensor %s: %s %s: must be UINT8 [%d, blocks, bytes], blocks of 16, 32, 64, 128 or 256 of %d columns"
                            .formatted(packed.file(), packed.name(), packed.type(), shape, rows, columns));
        }
        return new BlockQuantised(
                graph.stored(packed, rows, blocks, bytes),
                graph.weight(scales, rows * blocks),
                format.get().bits(),
                format.get().block(),
                columns);
    }
}
