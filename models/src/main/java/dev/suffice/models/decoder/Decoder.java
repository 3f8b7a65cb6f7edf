package dev.suffice.models.decoder;

import dev.suffice.models.folder.Config;
import dev.suffice.models.onnx.GraphBuilder;
import dev.suffice.models.onnx.GraphBuilder.Normalised;
import dev.suffice.models.onnx.Network;
import dev.suffice.models.onnx.OperatorSet;
import dev.suffice.models.onnx.Value;
import dev.suffice.models.quantise.BlockFormat;
import dev.suffice.models.quantise.BlockQuantiser;
import dev.suffice.models.quantise.ResidualStream;
import dev.suffice.models.quantise.Rotation;
import dev.suffice.models.safetensors.Weights;
import java.util.Optional;
import java.util.Set;

/**
 * A decoder-only language model. Immutable.
 *
 * <p>Network {@code decoder}: {@value #TOKENS} INT64 [1, tokens], the new tokens; {@value #LAST_POSITION} INT32 [1], the position of the last of
 * them, and of {@link #spareRows()} more; {@value #TOTAL} INT32 [1], one more; {@value #LOGIT_ROWS} INT64 [rows], of which new tokens logits are wanted; cosines and sines of each
 * {@link DecoderConfig#ropes() rope} [positions, size / 2]; past keys and values of each layer [1, key-value heads, context, head size]; to
 * {@value #LOGITS} FLOAT32 [1, rows, vocabulary] and the present keys and values. The present ones have to be given the memory of the past
 * ones, which is then updated in place. Cuts: {@code layers.0} and so on, after each layer.
 */
public abstract class Decoder {
    /** Name of an input. */
    public static final String TOKENS = "input_ids";

    /** Name of an input. */
    public static final String LAST_POSITION = "last_position";

    /** Name of an input. */
    public static final String TOTAL = "total";

    /** Name of an input. */
    public static final String LOGIT_ROWS = "logit_rows";

    /** Name of an output. */
    public static final String LOGITS = "logits";

    private final Config source;
    private final DecoderConfig config;
    private final Weights weights;
    private final String prefix;

    Decoder(Config source, DecoderConfig config, Weights weights, String prefix) {
        this.source = source;
        this.config = config;
        this.weights = weights;
        this.prefix = prefix;
    }

    /** Name of an input: cosines of rope k. */
    public static String cosines(int rope) {
        return "rope.%d.cos".formatted(rope);
    }

    /** Name of an input: sines of rope k. */
    public static String sines(int rope) {
        return "rope.%d.sin".formatted(rope);
    }

    /** Name of an input. */
    public static String pastKeys(int layer) {
        return "past.%d.key".formatted(layer);
    }

    /** Name of an input. */
    public static String pastValues(int layer) {
        return "past.%d.value".formatted(layer);
    }

    /** Name of an output. */
    public static String presentKeys(int layer) {
        return "present.%d.key".formatted(layer);
    }

    /** Name of an output. */
    public static String presentValues(int layer) {
        return "present.%d.value".formatted(layer);
    }

    /** Whether an output is {@link #presentKeys} or {@link #presentValues} of a layer. */
    public static boolean isPresent(String output) {
        return output.startsWith("present.");
    }

    /** Where it was read from. */
    public Config source() {
        return source;
    }

    /** Its sizes. */
    public DecoderConfig config() {
        return config;
    }

    /** Its tensors. */
    public Weights weights() {
        return weights;
    }

    /**
     * Positions behind the new tokens that a run writes to as well: the cache needs room for them, and {@value #LAST_POSITION} and {@value #TOTAL} count
     * them.
     */
    public int spareRows() {
        return isQuantised(weights, path(0) + ".self_attn") ? 1 : 0;
    }

    /** The path of the embedding's weights. */
    public String embeddingPath() {
        return prefix + "embed_tokens";
    }

    /** The path of the last normalisation's weights. */
    public String lastNormPath() {
        return prefix + "norm";
    }

    /** What its states were turned by, if they were. */
    public Optional<Rotation> rotation() {
        var quantised = source.find(BlockFormat.MARK);
        return quantised.isPresent()
                        && quantised.get().path(ResidualStream.ROTATED).asBoolean(false)
                ? Rotation.of(config.hidden())
                : Optional.empty();
    }

    /** Whether an attention's output layer is quantised, which is taken to tell of the whole model. */
    static boolean isQuantised(Weights weights, String path) {
        return weights.contains(path + ".o_proj" + BlockQuantiser.PACKED);
    }

    /** The whole decoder. */
    public Network network() {
        return network(Set.of());
    }

    /** Name of an output: the state of the new tokens after a layer, FLOAT32 [1, tokens, hidden]. */
    public static String state(int layer) {
        return "state." + layer;
    }

    /**
     * The whole decoder, which also gives {@link #state states}.
     *
     * @param layers after which
     */
    public Network network(Set<Integer> layers) {
        var graph = new GraphBuilder("decoder", OperatorSet.ONNX_RUNTIME);
        var ops = new DecoderLayers(graph, weights, config, normsCountFromOne());
        var embedded = embed(ops, embeddingPath());
        var x = ops.norm(path(0) + ".input_layernorm", embedded);
        int count = config.layers().size();
        for (int i = 0; i < count; i++) {
            x = layer(ops, i, path(i), x, i + 1 == count ? lastNormPath() : path(i + 1) + ".input_layernorm");
            if (layers.contains(i)) {
                graph.output(state(i), x.sum());
            }
            graph.cut("layers." + i);
        }
        graph.output(LOGITS, head(ops, ops.wanted(x.value())));
        return graph.build();
    }

    private String path(int layer) {
        return prefix + "layers." + layer;
    }

    /** Whether the weights of normalisations are differences from 1. */
    boolean normsCountFromOne() {
        return false;
    }

    /** States of the tokens. */
    Value embed(DecoderLayers ops, String path) {
        return ops.embed(path);
    }

    /**
     * A layer.
     *
     * @param x the normalised state that enters, and the state itself
     * @param nextNorm path of the normalisation that follows
     * @return the same after it
     */
    abstract Normalised layer(DecoderLayers ops, int layer, String path, Normalised x, String nextNorm);

    /** Logits of normalised states. */
    Value head(DecoderLayers ops, Value states) {
        return ops.linear(config.tied() ? embeddingPath() : "lm_head", states, config.vocabulary());
    }
}
