package dev.suffice.models.family;

import dev.suffice.engine.ElementType;
import dev.suffice.engine.Shape;
import dev.suffice.models.onnx.Dim;
import dev.suffice.models.onnx.GraphBuilder;
import dev.suffice.models.onnx.OperatorSet;
import dev.suffice.models.onnx.Value;
import dev.suffice.models.safetensors.StoredTensor;
import dev.suffice.models.safetensors.Weights;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The layers that the families share, each written with the operators that compute it fastest. Every layer takes the
 * path of its weights, which also names its operators.
 */
final class Layers {
    /** What is taken from the scores of keys that nothing sees: exp of it is 0 in single precision. */
    private static final double UNSEEN = 1e4;

    /** Convolutions from or to fewer are not worth 8 bits: they cost little, and all that the network reads or says goes through them. */
    private static final long LEAST_CHANNELS = 16;

    private final GraphBuilder graph;
    private final Weights weights;
    private final Padding padding;
    private final Probe probe;
    private final QuantisedLayers quantised;

    Layers(GraphBuilder graph, Weights weights, Padding padding) {
        this(graph, weights, padding, Probe.NONE);
    }

    /** Layers that tell what they read. */
    Layers(GraphBuilder graph, Weights weights, Padding padding, Probe probe) {
        this.graph = graph;
        this.weights = weights;
        this.padding = padding;
        this.probe = probe;
        this.quantised = new QuantisedLayers(graph, weights);
    }

    GraphBuilder graph() {
        return graph;
    }

    Weights weights() {
        return weights;
    }

    private boolean standard() {
        return graph.operators() == OperatorSet.STANDARD;
    }

    private StoredTensor stored(String path, long... shape) {
        return weights.require(path, Shape.of(shape));
    }

    Value weight(String path, long... shape) {
        return graph.weight(stored(path, shape), shape);
    }

    /** A weight of one shape, seen in another. */
    Value weightAs(String path, List<Long> shape, long... dims) {
        return graph.weight(
                stored(path, shape.stream().mapToLong(Long::longValue).toArray()), dims);
    }

    // Images: [N, C, H, W].

    /** Convolution that keeps the size (stride 1) or halves it (stride 2), kernel odd and square. */
    Value convolution(String path, Value x, int channels, int kernel, int stride) {
        var pad = (kernel - 1) / 2;
        return convolution(path, x, channels, kernel, stride, pad, pad);
    }

    /** Convolution with {@code before} pixels of padding at the top and left, {@code after} at the bottom and right. */
    Value convolution(String path, Value x, int channels, int kernel, int stride, int before, int after) {
        graph.scope(path);
        boolean wraps = padding == Padding.WRAP && before + after > 0;
        var read = wraps ? graph.wrapWidth(x, before, after) : x;
        long[] pads = wraps ? new long[] {before, 0, after, 0} : new long[] {before, before, after, after};
        if (isQuantised(path)) {
            return quantised.convolution(path, read, channels, kernel, stride, pads);
        }
        var weight = weight(path + ".weight", channels, x.size(1), kernel, kernel);
        var made = graph.convolve(read, weight, bias(path, channels), stride, pads);
        if (Math.min(x.size(1), channels) >= LEAST_CHANNELS) {
            probe.reads(path, read);
            probe.makes(path, made);
        }
        return made;
    }

    /** Whether the numbers of a layer have 8 bits. */
    private boolean isQuantised(String path) {
        return QuantisedLayers.present(weights, path);
    }

    /** A layer of tokens can have 8 bits; one that is computed once for a text need not. */
    private void probe(String path, Value x) {
        if (x.rank() > 2 && !graph.isEarly()) {
            probe.reads(path, x);
        }
    }

    /** Bilinear enlargement; around the edge where images wrap around. */
    Value enlarge(Value x, long factor) {
        if (padding == Padding.ZERO) {
            return graph.resizeLinear(x, factor);
        }
        var wider = graph.resizeLinear(graph.wrapWidth(x, 1, 1), factor);
        return graph.slice(wider, 3, factor, wider.size(3) - factor);
    }

    Value groupNorm(String path, Value x, int groups, double epsilon) {
        graph.scope(path);
        var channels = x.size(1);
        if (standard()) {
            var weight = weight(path + ".weight", channels);
            return graph.groupNorm(x, weight, weight(path + ".bias", channels), groups, epsilon);
        }
        // ONNX Runtime normalises a group as one long channel three times as fast as by its GroupNormalization.
        var grouped = graph.reshape(x, x.dim(0), Dim.of(groups), Dim.of(channels / groups * x.size(2) * x.size(3)));
        var normal = graph.instanceNorm(grouped, constant(1, groups), constant(0, groups), epsilon);
        var image = graph.reshape(normal, x.dims().toArray(Dim[]::new));
        return graph.scaleChannels(image, weight(path + ".weight", channels), weight(path + ".bias", channels));
    }

    private Value constant(float value, int size) {
        var values = new float[size];
        Arrays.fill(values, value);
        return graph.floats(values, size);
    }

    // Tokens: [N, S, C].

    Value layerNorm(String path, Value x, double epsilon) {
        graph.scope(path);
        var weight = weight(path + ".weight", x.size(-1));
        var bias = weight(path + ".bias", x.size(-1));
        return standard()
                ? graph.layerNorm(x, weight, bias, epsilon)
                : graph.layerNormOfDouble(x, weight, bias, epsilon);
    }

    /**
     * A fully connected layer, its sum with a skip connection, and the normalisation of that.
     *
     * @param path of the fully connected layer
     * @param skip of the size of its output
     * @param normPath of the normalisation
     */
    GraphBuilder.Normalised linearAddNorm(String path, Value x, Value skip, String normPath, double epsilon) {
        var channels = skip.size(-1);
        if (standard()) {
            var sum = graph.add(linear(path, x, channels), skip);
            return new GraphBuilder.Normalised(layerNorm(normPath, sum, epsilon), sum);
        }
        if (isQuantised(path)) {
            return skipNorm(path, quantised.product(path, x, channels), skip, normPath, epsilon);
        }
        probe(path, x);
        graph.scope(path);
        var y = product(x, weight(path + ".weight", channels, x.size(-1)), Optional.empty());
        return skipNorm(path, y, skip, normPath, epsilon);
    }

    /**
     * The sum of a fully connected layer's product, its bias, and a skip connection, normalised; ONNX Runtime only.
     *
     * @param path of the fully connected layer
     * @param y its product, without its bias
     * @param skip of the same size
     * @param normPath of the normalisation
     */
    Value addNorm(String path, Value y, Value skip, String normPath, double epsilon) {
        return skipNorm(path, y, skip, normPath, epsilon).value();
    }

    private GraphBuilder.Normalised skipNorm(String path, Value y, Value skip, String normPath, double epsilon) {
        var channels = skip.size(-1);
        graph.scope(normPath);
        var weight = weight(normPath + ".weight", channels);
        return graph.skipLayerNorm(
                y, skip, weight, weight(normPath + ".bias", channels), bias(path, channels), epsilon);
    }

    private Optional<Value> bias(String path, long features) {
        return weights.contains(path + ".bias") ? Optional.of(weight(path + ".bias", features)) : Optional.empty();
    }

    /** Fully connected layer over the last axis, with a bias if there is one. */
    Value linear(String path, Value x, long features) {
        if (isQuantised(path)) {
            return quantised.linear(path, x, features);
        }
        probe(path, x);
        graph.scope(path);
        var weight = weight(path + ".weight", features, x.size(-1));
        var bias = bias(path, features);
        return product(x, weight, bias);
    }

    /** The first half of the outputs of a fully connected layer and the second. */
    List<Value> linearHalves(String path, Value x, long features) {
        if (isQuantised(path)) {
            var both = quantised.linear(path, x, features);
            int last = both.rank() - 1;
            return List.of(graph.slice(both, last, 0, features / 2), graph.slice(both, last, features / 2, features));
        }
        probe(path, x);
        return List.of(linearHalf(path, x, features, 0), linearHalf(path, x, features, features / 2));
    }

    private Value linearHalf(String path, Value x, long features, long first) {
        graph.scope(path);
        var weight = graph.weightRows(stored(path + ".weight", features, x.size(-1)), first, features / 2);
        var bias = weights.contains(path + ".bias")
                ? Optional.of(graph.weightRows(stored(path + ".bias", features), first, features / 2))
                : Optional.<Value>empty();
        return product(x, weight, bias);
    }

    private Value product(Value x, Value weight, Optional<Value> bias) {
        if (x.rank() == 2) {
            return graph.gemm(x, weight, bias);
        }
        if (standard() && x.dims().stream().filter(Dim.Symbol.class::isInstance).count() > 1) {
            // What was made one axis could not be told apart again.
            var y = graph.matmul(x, graph.transpose(weight, 1, 0));
            return bias.map(b -> graph.add(y, b)).orElse(y);
        }
        if (standard()) {
            var rows = graph.gemm(graph.flattenRows(x), weight, bias);
            var dims = x.dims().toArray(Dim[]::new);
            dims[dims.length - 1] = weight.dim(0);
            return graph.reshape(rows, dims);
        }
        var y = graph.fusedMatmul(x, weight, false, true);
        return bias.map(b -> graph.add(y, b)).orElse(y);
    }

    /** [N, C, H, W] to tokens [N, H W, features], each pixel through a fully connected layer (or 1x1 convolution). */
    Value pixelsToTokens(String path, Value x, long features) {
        if (isQuantised(path)) {
            return quantised.pixelsToTokens(path, x, features);
        }
        probe.reads(path, x);
        graph.scope(path);
        var channels = x.size(1);
        var weight = weight(path + ".weight", features, channels);
        var bias = weight(path + ".bias", features);
        var flat = graph.reshape(x, x.dim(0), x.dim(1), Dim.of(x.size(2) * x.size(3)));
        if (standard()) {
            return product(graph.transpose(flat, 0, 2, 1), weight, Optional.of(bias));
        }
        return graph.add(graph.fusedMatmul(flat, weight, true, true), bias);
    }

    /** [N, C, H, W] to [N, H W, C]. */
    Value tokens(Value x) {
        return graph.transpose(graph.reshape(x, x.dim(0), x.dim(1), Dim.of(x.size(2) * x.size(3))), 0, 2, 1);
    }

    /** Tokens [N, H W, C] through a fully connected layer (or 1x1 convolution) to [N, features, H, W]. */
    Value tokensToPixels(String path, Value x, long features, long height, long width) {
        if (standard() || isQuantised(path)) {
            var y = graph.transpose(linear(path, x, features), 0, 2, 1);
            return graph.reshape(y, x.dim(0), Dim.of(features), Dim.of(height), Dim.of(width));
        }
        probe.reads(path, x);
        graph.scope(path);
        var weight = weight(path + ".weight", features, x.size(-1));
        var y = graph.fusedMatmul(weight, x, false, true);
        var pixels = graph.reshape(y, x.dim(0), Dim.of(features), Dim.of(height), Dim.of(width));
        return graph.add(pixels, weightAs(path + ".bias", List.of(features), features, 1, 1));
    }

    /**
     * softmax(Q K^T / sqrt(d)) V for each head (Vaswani et al., 2017).
     *
     * @param query [N, S, C]
     * @param key [N, T, C]
     * @param value [N, T, C]
     * @param causal whether a position sees only those up to its own
     */
    Value attention(Value query, Value key, Value value, int heads, boolean causal) {
        if (!standard()) {
            return graph.multiHeadAttention(query, key, value, heads, causal, Optional.empty());
        }
        var scores = attentionScores(query, key, heads);
        var masked = causal ? graph.add(scores, causalMask((int) query.size(1), (int) key.size(1))) : scores;
        return attended(query, masked, value, heads);
    }

    /**
     * As above, for texts of different lengths.
     *
     * @param mask INT32 [N, T], 0 for the keys that nothing sees
     */
    Value maskedAttention(Value query, Value key, Value value, int heads, Value mask) {
        if (!standard()) {
            return graph.multiHeadAttention(query, key, value, heads, false, Optional.of(mask));
        }
        var unseen = graph.multiply(
                graph.subtract(graph.cast(mask, ElementType.FLOAT32), graph.scalar(1)), graph.scalar(UNSEEN));
        var row = graph.reshape(unseen, mask.dim(0), Dim.of(1), Dim.of(1), mask.dim(1));
        return attended(query, graph.add(attentionScores(query, key, heads), row), value, heads);
    }

    private Value attentionScores(Value query, Value key, int heads) {
        double size = query.size(-1) / (double) heads;
        var q = graph.multiply(split(query, heads, 0, 2, 1, 3), graph.scalar(1 / Math.sqrt(size)));
        return graph.matmul(q, split(key, heads, 0, 2, 3, 1));
    }

    private Value attended(Value query, Value scores, Value value, int heads) {
        var context = graph.matmul(graph.softmax(scores), split(value, heads, 0, 2, 1, 3));
        return graph.reshape(graph.transpose(context, 0, 2, 1, 3), query.dims().toArray(Dim[]::new));
    }

    /**
     * The mean of the states of a text's tokens, [N, C].
     *
     * @param x [N, T, C]
     * @param mask INT32 [N, T], 0 for padding
     */
    Value maskedMean(Value x, Value mask) {
        var weights = graph.reshape(graph.cast(mask, ElementType.FLOAT32), mask.dim(0), mask.dim(1), Dim.of(1));
        var mean = graph.divide(graph.mean(graph.multiply(x, weights), 1), graph.mean(weights, 1));
        return graph.reshape(mean, x.dim(0), x.dim(2));
    }

    private Value split(Value x, int heads, int... order) {
        return graph.transpose(graph.reshape(x, x.dim(0), x.dim(1), Dim.of(heads), Dim.of(x.size(-1) / heads)), order);
    }

    private Value causalMask(int rows, int columns) {
        var mask = new float[rows * columns];
        for (int row = 0; row < rows; row++) {
            Arrays.fill(mask, row * columns + row + 1, (row + 1) * columns, Float.NEGATIVE_INFINITY);
        }
        return graph.floats(mask, rows, columns);
    }

    // Any shape.

    Value activate(Activation activation, Value x) {
        return switch (activation) {
            case SILU -> sigmoidGate(x, 1);
            case QUICK_GELU -> sigmoidGate(x, 1.702);
            case GELU -> graph.unary("Gelu", x);
            case GELU_TANH -> geluTanh(x);
            case RELU -> graph.unary("Relu", x);
            case MISH -> graph.unary("Mish", x);
            case TANH -> graph.unary("Tanh", x);
        };
    }

    /** x sigmoid(alpha x). */
    private Value sigmoidGate(Value x, double alpha) {
        if (!standard()) {
            return graph.quickGelu(x, alpha);
        }
        var scaled = alpha == 1 ? x : graph.multiply(x, graph.scalar(alpha));
        return graph.multiply(x, graph.unary("Sigmoid", scaled));
    }

    /** x/2 (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))). */
    private Value geluTanh(Value x) {
        var cube = graph.multiply(graph.multiply(x, x), x);
        var inner = graph.multiply(
                graph.add(x, graph.multiply(cube, graph.scalar(0.044715))), graph.scalar(Math.sqrt(2 / Math.PI)));
        var factor = graph.add(graph.unary("Tanh", inner), graph.scalar(1));
        return graph.multiply(graph.multiply(x, graph.scalar(0.5)), factor);
    }

    Value scale(Value x, double factor) {
        return factor == 1 ? x : graph.multiply(x, graph.scalar(factor));
    }
}
