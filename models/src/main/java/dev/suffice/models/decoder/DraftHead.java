package dev.suffice.models.decoder;

import dev.suffice.engine.ElementType;
import dev.suffice.engine.Shape;
import dev.suffice.models.ModelException;
import dev.suffice.models.folder.Config;
import dev.suffice.models.onnx.DecoderOperators;
import dev.suffice.models.onnx.Dim;
import dev.suffice.models.onnx.GraphBuilder;
import dev.suffice.models.onnx.Network;
import dev.suffice.models.onnx.OperatorSet;
import dev.suffice.models.onnx.Value;
import dev.suffice.models.quantise.ResidualStream;
import dev.suffice.models.quantise.Rotation;
import dev.suffice.models.quantise.StoredRows;
import dev.suffice.models.safetensors.StoredIntegers;
import dev.suffice.models.safetensors.Weights;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One decoder layer that guesses how a text goes on from the states of a large decoder (after EAGLE-3, Li et al. 2025). Immutable. With N the root mean square
 * normalisation, a, b, c the decoder's states of token t after three of its layers, e the decoder's embedding of token t + 1:
 *
 * <pre>
 * g = F [N(a); N(b); N(c)]                          network fuse; in later steps g = y of the step before
 * u = [N(g); N(e)]
 * h = g + O attention(Q u, K u, V u)                positions t, then t + 1, ...
 * y = h + D (silu(G n) (U n)),  n = N(h)
 * logits = L N(y)                                   of token t + 2, for the words of the head's own smaller vocabulary
 * </pre>
 *
 * <p>All vectors are {@link Rotation rotated}, as those of a decoder that was made of a GGUF file are; the weights of normalisations are parts of the matrices behind them.
 *
 * <p>Network {@code fuse}: {@link Decoder#state states} FLOAT32 [1, tokens, hidden] to {@value #FUSED} of the same shape. Network {@code draft}: {@value #FUSED},
 * {@value #EMBEDDED}, {@link Decoder#LAST_POSITION}, {@link Decoder#TOTAL}, the rope's tables, past keys and values of layer 0, to {@value #STATE} [1, 1, hidden] and {@value
 * #LOGITS} [1, 1, words] of the last token and the present keys and values.
 */
public final class DraftHead {
    /** Name of an input and of an output. */
    public static final String FUSED = "fused";

    /** Name of an input. */
    public static final String EMBEDDED = "embedded";

    /** Name of an output. */
    public static final String STATE = "state";

    /** Name of an output. */
    public static final String LOGITS = "logits";

    /** What a configuration says it is. */
    static final String TYPE = "draft_head";

    /** Name of the tensor that has the decoder's token of each word, INT32 [words]. */
    static final String WORDS = "words";

    /** Path of the last normalisation. */
    static final String OUTPUT_NORM = "output_norm";

    /** Beside a head's configuration: what {@link #mark} says of the decoder. */
    static final String DECODER = "decoder";

    private static final Dim BATCH = Dim.of(1);
    private static final Dim TOKENS = new Dim.Symbol("tokens", 1);
    private static final Dim CONTEXT = new Dim.Symbol("context", 1024);

    private final Weights weights;
    private final Config config;
    private final long width;
    private final long inner;
    private final AttentionConfig attention;
    private final List<Integer> layers;
    private final double epsilon;
    private final Rotation rotation;
    private final int[] words;

    private DraftHead(Config config, Weights weights) {
        this.config = config;
        this.weights = weights;
        this.width = config.size("hidden_size");
        this.inner = config.size("intermediate_size");
        int heads = config.size("num_attention_heads");
        int headSize = config.size("head_dim");
        int shared = config.size("num_key_value_heads");
        if (heads % shared != 0 || headSize % 16 != 0) {
            throw new ModelException(
                    "%s: num_attention_heads %d, num_key_value_heads %d, head_dim %d: the second must divide the first, 16 the third"
                            .formatted(weights.folder(), heads, shared, headSize));
        }
        var rope = RopeReader.plain(headSize, config.number("rope_theta", 10_000));
        this.attention = new AttentionConfig(
                heads, shared, headSize, 1 / Math.sqrt(headSize), Optional.of(rope), OptionalInt.empty());
        this.epsilon = config.number("rms_norm_eps", 1e-5);
        var read = new ArrayList<Integer>();
        config.find("layers_read").ifPresent(list -> list.forEach(layer -> read.add(layer.asInt(-1))));
        if (read.isEmpty() || read.size() > 16 || read.contains(-1)) {
            throw config.missing("layers_read", "a list of numbers of layers");
        }
        this.layers = List.copyOf(read);
        this.rotation = Rotation.of(width())
                .orElseThrow(() -> new ModelException(
                        "%s: hidden_size %d: must have an odd part of at most 255".formatted(weights.folder(), width)));
        this.words = StoredIntegers.values(weights.require(WORDS, Shape.of(config.size("words"))));
    }

    /**
     * Reads a folder with {@code config.json} and {@code model.safetensors}.
     *
     * @throws ModelException if it holds no draft head
     */
    public static DraftHead open(Path folder) {
        var config = Config.read(folder.resolve("config.json"));
        if (!config.text("model_type", "").equals(TYPE)) {
            throw config.unsupported("model_type", TYPE);
        }
        return new DraftHead(config, Weights.open(folder));
    }

    /** Whether it was trained for a decoder, quantised in whatever way: sizes and the last normalisation's weights tell. */
    public boolean fits(Decoder decoder) {
        return config.text(DECODER, "").equals(mark(decoder))
                && width == decoder.config().hidden()
                && layers.stream()
                        .allMatch(layer -> layer < decoder.config().layers().size());
    }

    /** What tells a decoder from others. */
    public static String mark(Decoder decoder) {
        return "%s-%d-%d-%s"
                .formatted(
                        decoder.config().family(),
                        decoder.config().layers().size(),
                        decoder.config().vocabulary(),
                        NormMark.of(decoder));
    }

    /** The decoder's layers whose states it reads. */
    public List<Integer> layers() {
        return layers;
    }

    /** Its attention. */
    public AttentionConfig attention() {
        return attention;
    }

    /** Elements of a state. */
    public int width() {
        return Math.toIntExact(width);
    }

    /** What its vectors are turned by, and what it reads has to be. */
    public Rotation rotation() {
        return rotation;
    }

    /** The weights of its last normalisation, which are a part of the matrix behind it. */
    public float[] outputNorm() {
        return StoredRows.values(weights.require(OUTPUT_NORM + ResidualStream.FOLDED, Shape.of(width)));
    }

    /** The decoder's token of each of its words. */
    public int[] words() {
        return words.clone();
    }

    /**
     * States of the decoder to what a first step starts from.
     *
     * @param missing what the decoder's states have to be turned by, if they are not
     */
    public Network fuse(Optional<Rotation> missing) {
        var graph = new GraphBuilder("fuse", OperatorSet.ONNX_RUNTIME);
        var operators = new DecoderOperators(graph);
        var matrices = new Matrices(graph, weights);
        var parts = new Value[layers.size()];
        for (int i = 0; i < parts.length; i++) {
            var state = graph.input(Decoder.state(layers.get(i)), ElementType.FLOAT32, BATCH, TOKENS, Dim.of(width));
            var turned = missing.map(one -> graph.matmul(state, graph.floats(one.matrix(), width, width)))
                    .orElse(state);
            parts[i] = norm(graph, operators, matrices, "feature_norm." + i, turned);
        }
        graph.output(FUSED, matrices.linear("fuse", graph.concat(2, parts), width));
        return graph.build();
    }

    /** A step. */
    public Network draft() {
        var graph = new GraphBuilder("draft", OperatorSet.ONNX_RUNTIME);
        var ops = new DecoderOperators(graph);
        var matrices = new Matrices(graph, weights);
        var fused = graph.input(FUSED, ElementType.FLOAT32, BATCH, TOKENS, Dim.of(width));
        var embedded = graph.input(EMBEDDED, ElementType.FLOAT32, BATCH, TOKENS, Dim.of(width));
        var lastPosition = graph.input(Decoder.LAST_POSITION, ElementType.INT32, BATCH);
        var total = graph.input(Decoder.TOTAL, ElementType.INT32, Dim.of(1));
        var positions = new Dim.Symbol("positions", 1024);
        var half = Dim.of(attention.headSize() / 2);
        var rotary = new DecoderOperators.Rotary(
                graph.input(Decoder.cosines(0), ElementType.FLOAT32, positions, half),
                graph.input(Decoder.sines(0), ElementType.FLOAT32, positions, half));
        var both = graph.concat(
                2,
                norm(graph, ops, matrices, "input_norm", fused),
                norm(graph, ops, matrices, "embedding_norm", embedded));
        long size = attention.headSize();
        var together = matrices.linear("qkv", both, (attention.heads() + 2L * attention.keyValueHeads()) * size);
        var sizes = new Dim[] {BATCH, Dim.of(attention.keyValueHeads()), CONTEXT, Dim.of(size)};
        var cache = new DecoderOperators.Cache(
                graph.input(Decoder.pastKeys(0), ElementType.FLOAT32, sizes),
                graph.input(Decoder.pastValues(0), ElementType.FLOAT32, sizes));
        graph.scope("attention");
        var attended = ops.groupQueryAttention(
                new DecoderOperators.Grouped(
                        attention.heads(), attention.keyValueHeads(), attention.scale(), attention.window(), 0),
                together,
                cache,
                lastPosition,
                total,
                Optional.of(rotary));
        graph.output(Decoder.presentKeys(0), attended.cache().keys());
        graph.output(Decoder.presentValues(0), attended.cache().values());
        // Only the last token's guess is wanted; of those before it, keys and values.
        var output = matrices.linear("o", ops.lastToken(attended.context()), width);
        graph.scope("mlp_norm");
        var h = ops.skipRmsNorm(output, ops.lastToken(fused), matrices.vector("mlp_norm.weight", width), epsilon);
        var gate = ops.silu(matrices.linear("gate", h.value(), inner));
        var up = matrices.linear("up", h.value(), inner);
        graph.scope("down");
        var down = matrices.linear("down", graph.multiply(gate, up), width);
        graph.scope(OUTPUT_NORM);
        var y = ops.skipRmsNorm(down, h.sum(), matrices.vector(OUTPUT_NORM + ".weight", width), epsilon);
        graph.output(STATE, y.sum());
        graph.output(LOGITS, matrices.linear("output", y.value(), words.length));
        return graph.build();
    }

    private Value norm(GraphBuilder graph, DecoderOperators operators, Matrices matrices, String path, Value x) {
        graph.scope(path);
        return operators.rmsNorm(x, matrices.vector(path + ".weight", width), epsilon);
    }
}
