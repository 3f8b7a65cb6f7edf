package dev.suffice.models.family;

import dev.suffice.core.InvalidRequestException;
import dev.suffice.engine.ElementType;
import dev.suffice.engine.Shape;
import dev.suffice.models.folder.Config;
import dev.suffice.models.onnx.Dim;
import dev.suffice.models.onnx.GraphBuilder;
import dev.suffice.models.onnx.GraphBuilder.Normalised;
import dev.suffice.models.onnx.Network;
import dev.suffice.models.onnx.OperatorSet;
import dev.suffice.models.onnx.Value;
import dev.suffice.models.safetensors.Weights;
import java.nio.file.Path;
import java.util.List;

/**
 * The text encoder of CLIP (Radford et al., 2021), as transformers' CLIPTextModel computes it: the encoder of Stable
 * Diffusion 1.x (12 layers, quick_gelu) and 2.x (23 layers of OpenCLIP-H, gelu). Immutable.
 *
 * <p>Network {@code text_encoder}: {@code input_ids} INT64 [batch, tokens] to {@code last_hidden_state} [batch, tokens,
 * hidden] and {@code pooled_output} [batch, hidden], the state at the first end-of-text token. Cuts: {@code layers.0}
 * and so on, after each layer.
 */
public final class ClipText {
    private static final String NAME = "text_encoder";

    private final Config config;
    private final Weights weights;
    private final String prefix;
    private final int hidden;
    private final int intermediate;
    private final int layers;
    private final int heads;
    private final int positions;
    private final int vocabulary;
    private final int endOfText;
    private final double epsilon;
    private final Activation activation;

    private ClipText(Config config, Weights weights) {
        this.config = config;
        this.weights = weights;
        this.prefix = weights.contains("text_model.embeddings.token_embedding.weight") ? "text_model." : "";
        this.hidden = config.size("hidden_size", 512);
        this.intermediate = config.size("intermediate_size", 2048);
        this.layers = config.size("num_hidden_layers", 12);
        this.heads = config.size("num_attention_heads", 8);
        this.positions = config.size("max_position_embeddings", 77);
        this.vocabulary = config.size("vocab_size", 49408);
        this.endOfText = config.integer("eos_token_id", 49407);
        this.epsilon = config.number("layer_norm_eps", 1e-5);
        this.activation = Activation.of(config, "hidden_act", "quick_gelu");
        if (hidden % heads != 0) {
            throw config.unsupported("num_attention_heads", "a divisor of hidden_size %d".formatted(hidden));
        }
    }

    /**
     * Reads {@code config.json} and the headers of the weights.
     *
     * @throws dev.suffice.models.ModelException if the folder holds no such model
     */
    public static ClipText open(Path folder) {
        var config = Config.read(folder.resolve("config.json"));
        for (var architecture : config.texts("architectures", List.of("CLIPTextModel"))) {
            if (!architecture.equals("CLIPTextModel") && !architecture.equals("CLIPTextModelWithProjection")) {
                throw config.unsupported("architectures", "CLIPTextModel or CLIPTextModelWithProjection");
            }
        }
        return new ClipText(config, Weights.open(folder));
    }

    /** Where it was read from. */
    public Config config() {
        return config;
    }

    /** Its tensors. */
    public Weights weights() {
        return weights;
    }

    /** Number of layers. */
    public int layers() {
        return layers;
    }

    /** Length of an encoding vector. */
    public int hiddenSize() {
        return hidden;
    }

    /** The most tokens it can encode. */
    public int maxTokens() {
        return positions;
    }

    /** The whole encoder. */
    public Network network(OperatorSet operators, int tokens) {
        return network(operators, tokens, 0);
    }

    /**
     * The encoder, less its last layers.
     *
     * @param tokens length of the sequences, 1 to {@link #maxTokens()}
     * @param skippedLayers last layers to leave out ("clip skip"); the final normalisation stays
     * @throws InvalidRequestException if there are fewer tokens or layers
     */
    public Network network(OperatorSet operators, int tokens, int skippedLayers) {
        if (tokens < 1 || tokens > positions) {
            throw new InvalidRequestException("%d tokens: must be between 1 and %d".formatted(tokens, positions));
        }
        if (skippedLayers < 0 || skippedLayers >= layers) {
            throw new InvalidRequestException(
                    "%d skipped layers: must be between 0 and %d".formatted(skippedLayers, layers - 1));
        }
        var graph = new GraphBuilder(NAME, operators);
        return network(new Layers(graph, weights, Padding.ZERO), tokens, skippedLayers);
    }

    /** The whole encoder, which also says what its layers read. */
    public ProbedNetwork probed(OperatorSet operators, int tokens) {
        var graph = new GraphBuilder(NAME, operators);
        var collector = new ProbedNetwork.Collector(graph);
        return collector.of(network(new Layers(graph, weights, Padding.ZERO, collector), tokens, 0));
    }

    private Network network(Layers ops, int tokens, int skippedLayers) {
        var graph = ops.graph();
        var ids = graph.input("input_ids", ElementType.INT64, new Dim.Symbol("batch", 1), Dim.of(tokens));
        var embedded = embed(ops, ids, tokens);
        var x = new Normalised(ops.layerNorm(path(0) + ".layer_norm1", embedded, epsilon), embedded);
        var count = layers - skippedLayers;
        for (int i = 0; i < count; i++) {
            x = layer(ops, path(i), x, i == count - 1 ? prefix + "final_layer_norm" : path(i + 1) + ".layer_norm1");
            graph.cut("layers." + i);
        }
        var states = x.value();
        graph.output("last_hidden_state", states);
        graph.scope("pooled");
        graph.output("pooled_output", graph.gatherPerBatch(states, endPositions(graph, ids)));
        return graph.build();
    }

    private Value embed(Layers ops, Value ids, int tokens) {
        var graph = ops.graph();
        var path = prefix + "embeddings";
        graph.scope(path);
        var words = graph.gather(ops.weight(path + ".token_embedding.weight", vocabulary, hidden), ids);
        var table = weights.require(path + ".position_embedding.weight", Shape.of(positions, hidden));
        return graph.add(words, graph.weightRows(table, 0, tokens));
    }

    private String path(int layer) {
        return prefix + "encoder.layers." + layer;
    }

    /** A layer, from its first normalisation to the one that follows it. */
    private Normalised layer(Layers ops, String path, Normalised x, String nextNorm) {
        var attention = path + ".self_attn";
        var query = ops.linear(attention + ".q_proj", x.value(), hidden);
        var key = ops.linear(attention + ".k_proj", x.value(), hidden);
        var value = ops.linear(attention + ".v_proj", x.value(), hidden);
        ops.graph().scope(attention);
        var context = ops.attention(query, key, value, heads, true);
        var attended = ops.linearAddNorm(attention + ".out_proj", context, x.sum(), path + ".layer_norm2", epsilon);
        var wide = ops.activate(activation, ops.linear(path + ".mlp.fc1", attended.value(), intermediate));
        return ops.linearAddNorm(path + ".mlp.fc2", wide, attended.sum(), nextNorm, epsilon);
    }

    /** The first end-of-text token; configurations that say 2 mean the largest id, the true one being the last. */
    private Value endPositions(GraphBuilder graph, Value ids) {
        if (endOfText == 2) {
            return graph.argMax(ids);
        }
        return graph.argMax(graph.cast(graph.equal(ids, graph.longs(new long[] {endOfText})), ElementType.INT32));
    }
}
