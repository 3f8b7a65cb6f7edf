package dev.suffice.models.decoder;

import dev.suffice.engine.ElementType;
import dev.suffice.engine.Shape;
import dev.suffice.models.ModelException;
import dev.suffice.models.family.Activation;
import dev.suffice.models.onnx.DecoderOperators;
import dev.suffice.models.onnx.DecoderOperators.BlockQuantised;
import dev.suffice.models.onnx.DecoderOperators.Cache;
import dev.suffice.models.onnx.DecoderOperators.Grouped;
import dev.suffice.models.onnx.DecoderOperators.Rotary;
import dev.suffice.models.onnx.Dim;
import dev.suffice.models.onnx.GraphBuilder;
import dev.suffice.models.onnx.GraphBuilder.Normalised;
import dev.suffice.models.onnx.Value;
import dev.suffice.models.quantise.BlockQuantiser;
import dev.suffice.models.safetensors.StoredTensor;
import dev.suffice.models.safetensors.Weights;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The parts that the families share. Every part takes the path of its weights, plain or quantised, which also names its operators. */
final class DecoderLayers {
    private static final Dim BATCH = Dim.of(1);
    private static final Dim TOKENS = new Dim.Symbol("tokens", 1);
    private static final Dim CONTEXT = new Dim.Symbol("context", 1024);

    private final GraphBuilder graph;
    private final DecoderOperators operators;
    private final Weights weights;
    private final DecoderConfig config;
    private final boolean fromOne;
    private final Value tokens;
    private final Value lastPosition;
    private final Value total;
    private final Map<Rope, Rotary> rotaries = new HashMap<>();

    /**
     * Adds the inputs.
     *
     * @param fromOne whether the weights of normalisations are differences from 1
     */
    DecoderLayers(GraphBuilder graph, Weights weights, DecoderConfig config, boolean fromOne) {
        this.fromOne = fromOne;
        this.graph = graph;
        this.operators = new DecoderOperators(graph);
        this.weights = weights;
        this.config = config;
        this.tokens = graph.input(Decoder.TOKENS, ElementType.INT64, BATCH, TOKENS);
        this.lastPosition = graph.input(Decoder.LAST_POSITION, ElementType.INT32, BATCH);
        this.total = graph.input(Decoder.TOTAL, ElementType.INT32, Dim.of(1));
        var positions = new Dim.Symbol("positions", 1024);
        for (var rope : config.ropes()) {
            int k = rotaries.size();
            var half = Dim.of(rope.storedSize() / 2);
            rotaries.put(
                    rope,
                    new Rotary(
                            graph.input(Decoder.cosines(k), ElementType.FLOAT32, positions, half),
                            graph.input(Decoder.sines(k), ElementType.FLOAT32, positions, half)));
        }
    }

    GraphBuilder graph() {
        return graph;
    }

    DecoderOperators operators() {
        return operators;
    }

    Weights weights() {
        return weights;
    }

    /** The states of the tokens, [1, tokens, hidden]. */
    Value embed(String path) {
        graph.scope(path);
        if (!weights.contains(path + BlockQuantiser.PACKED)) {
            return graph.gather(matrix(path, config.vocabulary(), config.hidden()), tokens);
        }
        var matrix = quantised(path, config.vocabulary(), config.hidden());
        var packed = stored(path + BlockQuantiser.PACKED);
        var scales = stored(path + BlockQuantiser.SCALES);
        long rows = config.vocabulary();
        return operators.gather(
                matrix,
                graph.stored(packed, rows, packed.length() / rows),
                graph.weight(scales, rows, scales.shape().elements() / rows),
                tokens);
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
        // 8 bits first: a row of one block of n could also be one of 4 bits in a block of 2 n, but blocks are never
        // twice as long as a row.
        for (int bits : new int[] {8, 4}) {
            long block = bytes * 8 / bits;
            if (packed.type() == ElementType.UINT8
                    && shape.size(0) == rows
                    && block >= 16
                    && Long.bitCount(block) == 1
                    && blocks == (columns + block - 1) / block) {
                return new BlockQuantised(
                        graph.stored(packed, rows, blocks, bytes),
                        graph.weight(scales, rows * blocks),
                        bits,
                        (int) block,
                        columns);
            }
        }
        throw new ModelException(
                "%s: tensor %s: %s %s: must be UINT8 [%d, blocks, bytes], blocks of 16, 32, 64, 128 or 256 of %d columns"
                        .formatted(packed.file(), packed.name(), packed.type(), shape, rows, columns));
    }

    /** A fully connected layer, with a bias if there is one. */
    Value linear(String path, Value x, long features) {
        graph.scope(path);
        var y = weights.contains(path + BlockQuantiser.PACKED)
                ? operators.matmul(x, quantised(path, features, x.size(-1)))
                : graph.fusedMatmul(x, matrix(path, features, x.size(-1)), false, true);
        return weights.contains(path + ".bias")
                ? graph.add(y, graph.weight(weights.require(path + ".bias", Shape.of(features)), features))
                : y;
    }

    /** Weight of a normalisation. */
    Value scale(String path, long size) {
        graph.scope(path);
        var weight = graph.weight(weights.require(path + ".weight", Shape.of(size)), size);
        return fromOne ? graph.add(weight, graph.scalar(1)) : weight;
    }

    /** The normalisation of a state. */
    Normalised norm(String path, Value x) {
        return new Normalised(operators.rmsNorm(x, scale(path, x.size(-1)), config.epsilon()), x);
    }

    /** A sum and its normalisation. */
    Normalised addNorm(String path, Value x, Value skip) {
        return operators.skipRmsNorm(x, skip, scale(path, x.size(-1)), config.epsilon());
    }

    /**
     * What a layer attends with.
     *
     * @param query [1, tokens, heads x head size]
     * @param key [1, tokens, key-value heads x head size]
     * @param value the same
     */
    record Heads(Value query, Value key, Value value) {}

    /** Queries, keys and values of three layers. */
    Heads heads(int layer, String path, Value x) {
        var attention = config.layers().get(layer);
        long keys = (long) attention.keyValueHeads() * attention.headSize();
        return new Heads(
                linear(path + ".q_proj", x, (long) attention.heads() * attention.headSize()),
                linear(path + ".k_proj", x, keys),
                linear(path + ".v_proj", x, keys));
    }

    /** Queries and keys, each head normalised by itself. */
    Heads normHeads(int layer, String path, Heads heads) {
        var attention = config.layers().get(layer);
        return new Heads(
                normHeads(path + ".q_norm", heads.query(), attention.heads(), attention.headSize()),
                normHeads(path + ".k_norm", heads.key(), attention.keyValueHeads(), attention.headSize()),
                heads.value());
    }

    private Value normHeads(String path, Value x, int heads, int size) {
        var weight = scale(path, size);
        var apart = graph.reshape(x, x.dim(0), x.dim(1), Dim.of(heads), Dim.of(size));
        var normal = operators.rmsNorm(apart, weight, config.epsilon());
        return graph.reshape(normal, x.dims().toArray(Dim[]::new));
    }

    /** Attention of a layer to all positions before, and its output layer; the cache is updated. [1, tokens, hidden]. */
    Value attend(int layer, String path, Heads heads) {
        graph.scope(path);
        return linear(path + ".o_proj", attention(layer, heads), config.hidden());
    }

    /** The feed-forward part of three layers: down(act(gate x) up x). */
    Value gatedLayers(String path, Value x) {
        var gate = linear(path + ".gate_proj", x, config.intermediate());
        var up = linear(path + ".up_proj", x, config.intermediate());
        return down(path, gate, up);
    }

    /** The end of a feed-forward part: down(act(gate) up). */
    Value down(String path, Value gate, Value up) {
        graph.scope(path);
        return linear(path + ".down_proj", graph.multiply(activated(gate), up), config.hidden());
    }

    private Value attention(int layer, Heads heads) {
        var attention = config.layers().get(layer);
        var sizes = new Dim[] {BATCH, Dim.of(attention.keyValueHeads()), CONTEXT, Dim.of(attention.storedHeadSize())};
        var cache = new Cache(
                graph.input(Decoder.pastKeys(layer), ElementType.FLOAT32, sizes),
                graph.input(Decoder.pastValues(layer), ElementType.FLOAT32, sizes));
        int size = attention.headSize();
        int stored = attention.storedHeadSize();
        var attended = operators.groupQueryAttention(
                new Grouped(attention.heads(), attention.keyValueHeads(), attention.scale(), attention.window(), 0),
                turnable(heads.query(), attention.heads(), attention),
                turnable(heads.key(), attention.keyValueHeads(), attention),
                resizeHeads(heads.value(), attention.keyValueHeads(), size, stored),
                cache,
                lastPosition,
                total,
                attention
                        .rope()
                        .map(rope -> Optional.ofNullable(rotaries.get(rope)).orElseThrow()));
        graph.output(Decoder.presentKeys(layer), attended.cache().keys());
        graph.output(Decoder.presentValues(layer), attended.cache().values());
        return resizeHeads(attended.context(), attention.heads(), stored, size);
    }

    /** Queries or keys, their turned halves made longer by zeros. */
    private Value turnable(Value x, int heads, AttentionConfig attention) {
        int size = attention.headSize();
        int turned = attention.rope().map(Rope::size).orElse(0);
        int stored = attention.rope().map(Rope::storedSize).orElse(0);
        if (turned == stored) {
            return resizeHeads(x, heads, size, attention.storedHeadSize());
        }
        var tokens = x.dim(1);
        var apart = graph.reshape(x, x.dim(0), tokens, Dim.of(heads), Dim.of(size));
        var first = turned == size ? apart : graph.slice(apart, 3, 0, turned);
        var halves = graph.reshape(first, x.dim(0), tokens, Dim.of(2L * heads), Dim.of(turned / 2));
        var padded =
                graph.reshape(operators.padLast(halves, stored / 2), x.dim(0), tokens, Dim.of(heads), Dim.of(stored));
        var whole = turned == size ? padded : graph.concat(3, padded, graph.slice(apart, 3, turned, size));
        var flat = graph.reshape(whole, x.dim(0), tokens, Dim.of(heads * whole.size(3)));
        return resizeHeads(flat, heads, (int) whole.size(3), attention.storedHeadSize());
    }

    /** Heads made longer by zeros, or shorter, [1, tokens, heads x size]. */
    private Value resizeHeads(Value x, int heads, int from, int to) {
        if (from == to) {
            return x;
        }
        var apart = graph.reshape(x, x.dim(0), x.dim(1), Dim.of(heads), Dim.of(from));
        var resized = from > to ? graph.slice(apart, 3, 0, to) : operators.padLast(apart, to);
        return graph.reshape(resized, x.dim(0), x.dim(1), Dim.of((long) heads * to));
    }

    private Value activated(Value x) {
        return switch (config.activation()) {
            case SILU -> operators.silu(x);
            case GELU_TANH -> operators.geluTanh(x);
            case GELU, QUICK_GELU, RELU, MISH ->
                throw new ModelException("%s: activation %s: must be silu or gelu_pytorch_tanh"
                        .formatted(config.family(), activationName(config.activation())));
        };
    }

    private static String activationName(Activation activation) {
        return activation.name().toLowerCase(java.util.Locale.ROOT);
    }

    /** The rows of the states that logits are wanted of. */
    Value wanted(Value states) {
        graph.scope("head");
        var rows = graph.input(Decoder.LOGIT_ROWS, ElementType.INT64, new Dim.Symbol("rows", 1));
        return operators.gatherTokens(states, rows);
    }
}
