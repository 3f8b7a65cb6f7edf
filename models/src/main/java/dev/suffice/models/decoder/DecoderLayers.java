package dev.suffice.models.decoder;

import dev.suffice.engine.ElementType;
import dev.suffice.models.ModelException;
import dev.suffice.models.family.Activation;
import dev.suffice.models.onnx.DecoderOperators;
import dev.suffice.models.onnx.DecoderOperators.Attended;
import dev.suffice.models.onnx.DecoderOperators.Cache;
import dev.suffice.models.onnx.DecoderOperators.Grouped;
import dev.suffice.models.onnx.DecoderOperators.Rotary;
import dev.suffice.models.onnx.Dim;
import dev.suffice.models.onnx.GraphBuilder;
import dev.suffice.models.onnx.GraphBuilder.Normalised;
import dev.suffice.models.onnx.Value;
import dev.suffice.models.safetensors.Weights;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The parts that the families share. Every part takes the path of its weights, plain or quantised, which also names its operators. */
final class DecoderLayers {
    /** Behind an attention's path: queries, keys and values in one matrix. */
    private static final String TOGETHER = ".qkv_proj";

    private static final Dim BATCH = Dim.of(1);
    private static final Dim TOKENS = new Dim.Symbol("tokens", 1);
    private static final Dim PADDED = new Dim.Symbol("padded tokens", 2);
    private static final Dim CONTEXT = new Dim.Symbol("context", 1024);

    private final GraphBuilder graph;
    private final DecoderOperators operators;
    private final Weights weights;
    private final Matrices matrices;
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
        this.matrices = new Matrices(graph, weights);
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
        return matrices.rows(path, config.vocabulary(), config.hidden(), tokens);
    }

    /** A fully connected layer, with a bias if there is one. */
    Value linear(String path, Value x, long features) {
        return matrices.linear(path, x, features);
    }

    /** Weight of a normalisation. */
    Value scale(String path, long size) {
        graph.scope(path);
        var weight = matrices.vector(path + ".weight", size);
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

    /** Attention to all positions before, with the weights of a path, and its output layer; the cache is updated. [1, tokens, hidden]. */
    Value attend(int layer, String path, Value x) {
        if (!Matrices.has(weights, path + TOGETHER)) {
            return attend(layer, path, heads(layer, path, x));
        }
        var attention = config.layers().get(layer);
        long queries = (long) attention.heads() * attention.headSize();
        long keys = (long) attention.keyValueHeads() * attention.headSize();
        var together = linear(path + TOGETHER, x, queries + 2 * keys);
        int turned = attention.rope().map(Rope::size).orElse(0);
        int stored = attention.rope().map(Rope::storedSize).orElse(0);
        if (attention.headSize() == attention.storedHeadSize() && turned == stored) {
            graph.scope(path);
            var attended = operators.groupQueryAttention(
                    grouped(attention), padded(path, together), cache(layer), lastPosition, total, rotary(attention));
            return linear(path + ".o_proj", updated(layer, path, attended), config.hidden());
        }
        return attend(
                layer,
                path,
                new Heads(
                        graph.slice(together, 2, 0, queries),
                        graph.slice(together, 2, queries, queries + keys),
                        graph.slice(together, 2, queries + keys, queries + 2 * keys)));
    }

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
        return linear(path + ".o_proj", attention(layer, path, heads), config.hidden());
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

    private Value attention(int layer, String path, Heads heads) {
        var attention = config.layers().get(layer);
        int size = attention.headSize();
        int stored = attention.storedHeadSize();
        var attended = operators.groupQueryAttention(
                grouped(attention),
                padded(path, turnable(heads.query(), attention.heads(), attention)),
                padded(path, turnable(heads.key(), attention.keyValueHeads(), attention)),
                padded(path, resizeHeads(heads.value(), attention.keyValueHeads(), size, stored)),
                cache(layer),
                lastPosition,
                total,
                rotary(attention));
        return resizeHeads(updated(layer, path, attended), attention.heads(), stored, size);
    }

    private Cache cache(int layer) {
        var attention = config.layers().get(layer);
        var sizes = new Dim[] {BATCH, Dim.of(attention.keyValueHeads()), CONTEXT, Dim.of(attention.storedHeadSize())};
        return new Cache(
                graph.input(Decoder.pastKeys(layer), ElementType.FLOAT32, sizes),
                graph.input(Decoder.pastValues(layer), ElementType.FLOAT32, sizes));
    }

    private static Grouped grouped(AttentionConfig attention) {
        return new Grouped(attention.heads(), attention.keyValueHeads(), attention.scale(), attention.window(), 0);
    }

    private Optional<Rotary> rotary(AttentionConfig attention) {
        return attention
                .rope()
                .map(rope -> Optional.ofNullable(rotaries.get(rope)).orElseThrow());
    }

    /**
     * The engine's attention computes one row in another way than several, with other last digits, which the rounding of activations in the layers behind
     * makes large. So it is always given one row more than there are.
     */
    private Value padded(String path, Value x) {
        return Decoder.isQuantised(weights, path) ? operators.padTokens(x, PADDED) : x;
    }

    private Value updated(int layer, String path, Attended attended) {
        graph.output(Decoder.presentKeys(layer), attended.cache().keys());
        graph.output(Decoder.presentValues(layer), attended.cache().values());
        var context = attended.context();
        return Decoder.isQuantised(weights, path) ? operators.withoutLastToken(context, TOKENS) : context;
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
            case GELU, QUICK_GELU, RELU, MISH, TANH ->
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
