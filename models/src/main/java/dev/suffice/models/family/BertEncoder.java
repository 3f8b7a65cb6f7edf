package dev.suffice.models.family;

import dev.suffice.core.InvalidRequestException;
import dev.suffice.engine.ElementType;
import dev.suffice.models.folder.Config;
import dev.suffice.models.onnx.Dim;
import dev.suffice.models.onnx.GraphBuilder;
import dev.suffice.models.onnx.Network;
import dev.suffice.models.onnx.OperatorSet;
import dev.suffice.models.onnx.Value;
import dev.suffice.models.quantise.ChannelMatrix;
import dev.suffice.models.safetensors.Weights;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * An encoder of the BERT family (Devlin et al., 2019), as transformers' BertModel, RobertaModel, ElectraModel and DistilBertModel compute it, with heads behind any of its
 * layers. Immutable.
 *
 * <p>Network {@code encoder}: {@code input_ids}, {@code position_ids} and, where it has types, {@code token_type_ids}, all INT64 [batch, tokens], and {@code attention_mask}
 * INT32 [batch, tokens], 1 for a token and 0 for padding behind the last one, to the heads' scores ({@link EncoderHead#scores()}). Cuts: {@link EncoderHead#cut()}, behind
 * each head but the last. What lies behind the last head is not there: a network whose last head reads layer 4 has 4 layers.
 */
public final class BertEncoder {
    /** Tokens that operations are counted for; see {@link BertConfig#layerFlops}. */
    private static final int NOMINAL_TOKENS = 1;

    /** Behind a layer's path: queries, keys and values in one matrix, where it has 8 bits. */
    static final String TOGETHER = ".attention.query_key_value";

    /** Behind the path of a matrix: its input, as an output of {@link #inputs}. */
    private static final String INPUT = ".input";

    private static final Dim BATCH = new Dim.Symbol("batch", 1);
    private static final Dim TOKENS = new Dim.Symbol("tokens", NOMINAL_TOKENS);

    private final Config config;
    private final BertFamily family;
    private final BertConfig sizes;
    private final Weights weights;
    private final String prefix;

    private BertEncoder(Config config, BertFamily family, Weights weights) {
        this.config = config;
        this.family = family;
        this.sizes = family.reader().apply(config);
        this.weights = weights;
        this.prefix = weights.contains(family.prefix() + "embeddings.word_embeddings.weight") ? family.prefix() : "";
    }

    /**
     * Reads {@code config.json} and the headers of the weights.
     *
     * @throws dev.suffice.models.ModelException if the folder holds no such model
     */
    public static BertEncoder open(Path folder) {
        var config = Config.read(folder.resolve("config.json"));
        return new BertEncoder(config, BertFamily.of(config), Weights.open(folder));
    }

    /** Where it was read from. */
    public Config config() {
        return config;
    }

    /** Its family. */
    public BertFamily family() {
        return family;
    }

    /** Its sizes. */
    public BertConfig sizes() {
        return sizes;
    }

    /** Its tensors. */
    public Weights weights() {
        return weights;
    }

    /**
     * The head that the checkpoint has, behind the last layer: for texts where its architecture is one for sequence classification, for tokens where it is one for token
     * classification; with as many scores as {@code id2label} has entries, or {@code num_labels}, or 2.
     */
    public Optional<EncoderHead> ownHead() {
        var architecture =
                config.texts("architectures", List.of()).stream().findFirst().orElse("");
        int labels = config.find("id2label").map(JsonNode::size).orElseGet(() -> config.size("num_labels", 2));
        if (architecture.endsWith("ForTokenClassification")) {
            return Optional.of(new EncoderHead(
                    sizes.layers(),
                    weights,
                    Optional.empty(),
                    Activation.TANH,
                    "classifier",
                    Optional.empty(),
                    labels,
                    Pooling.TOKENS));
        }
        if (architecture.endsWith("ForSequenceClassification")) {
            return Optional.of(new EncoderHead(
                    sizes.layers(),
                    weights,
                    Optional.of(family.textDense()),
                    family.textActivation(),
                    family.textOut(),
                    Optional.empty(),
                    labels,
                    Pooling.FIRST));
        }
        return Optional.empty();
    }

    /**
     * The encoder up to its last head.
     *
     * @param heads at least one, no two behind the same layer
     * @throws InvalidRequestException if there are no heads, or there is no such layer
     */
    public Network network(OperatorSet operators, List<EncoderHead> heads) {
        if (heads.isEmpty()) {
            throw new InvalidRequestException("encoder: no heads: at least one is needed");
        }
        var sorted = heads.stream()
                .sorted(Comparator.comparingInt(EncoderHead::after))
                .toList();
        if (sorted.getLast().after() > sizes.layers()) {
            throw new InvalidRequestException("head after layer %d: the model has %d"
                    .formatted(sorted.getLast().after(), sizes.layers()));
        }
        var graph = new GraphBuilder("encoder", operators);
        var ops = new Layers(graph, weights, Padding.ZERO);
        var inputs = Inputs.declare(graph, sizes);
        var mask = inputs.mask();
        var x = embed(ops, inputs);
        int layer = 0;
        for (var head : sorted) {
            for (; layer < head.after(); layer++) {
                x = quantised()
                        ? quantisedLayer(ops, path(layer), x, mask)
                        : layer(ops, path(layer), x, mask, Probe.NONE);
            }
            answer(graph, head, x, mask);
            if (layer < sorted.getLast().after()) {
                graph.cut(head.cut());
            }
        }
        return graph.build();
    }

    /** Whether its matrices have 8 bits; made by {@link EncoderQuantiser}. */
    public boolean quantised() {
        return ChannelMatrix.present(weights, path(0) + TOGETHER);
    }

    /** The paths of the matrices that can have 8 bits, from the first layer on; queries, keys and values count as one. */
    List<String> matrices() {
        var names = family.names();
        return IntStream.range(0, sizes.layers())
                .mapToObj(this::path)
                .flatMap(path -> Stream.of(
                        path + TOGETHER,
                        path + "." + names.attentionOut(),
                        path + "." + names.wide(),
                        path + "." + names.narrow()))
                .toList();
    }

    /**
     * A network from the same inputs to what its matrices are multiplied with, each [batch, tokens, columns]: for measuring their ranges.
     *
     * @return by the paths of the matrices the names of its outputs
     */
    public SequencedMap<String, String> inputNames() {
        var outputs = new LinkedHashMap<String, String>();
        matrices().forEach(path -> outputs.put(path, path + INPUT));
        return outputs;
    }

    /** The network of {@link #inputNames}. */
    public Network inputs(OperatorSet operators) {
        var graph = new GraphBuilder("inputs", operators);
        var inputs = Inputs.declare(graph, sizes);
        var ops = new Layers(graph, weights, Padding.ZERO);
        var x = embed(ops, inputs);
        for (int layer = 0; layer < sizes.layers(); layer++) {
            x = layer(ops, path(layer), x, inputs.mask(), (path, value) -> graph.output(path + INPUT, value));
        }
        return graph.build();
    }

    private String path(int layer) {
        return prefix + family.names().layers() + "." + layer;
    }

    /** The inputs of a network. */
    private record Inputs(Value ids, Value positions, Optional<Value> types, Value mask) {
        static Inputs declare(GraphBuilder graph, BertConfig sizes) {
            return new Inputs(
                    graph.input("input_ids", ElementType.INT64, BATCH, TOKENS),
                    graph.input("position_ids", ElementType.INT64, BATCH, TOKENS),
                    sizes.types() == 0
                            ? Optional.empty()
                            : Optional.of(graph.input("token_type_ids", ElementType.INT64, BATCH, TOKENS)),
                    graph.input("attention_mask", ElementType.INT32, BATCH, TOKENS));
        }
    }

    /** Is told what a matrix is multiplied with. */
    private interface Probe {
        Probe NONE = (path, value) -> {};

        void at(String path, Value value);
    }

    private Value embed(Layers ops, Inputs inputs) {
        var graph = ops.graph();
        var path = prefix + "embeddings";
        graph.scope(path);
        int width = sizes.embedding();
        var words = graph.gather(ops.weight(path + ".word_embeddings.weight", sizes.vocabulary(), width), inputs.ids());
        var places = graph.gather(
                ops.weight(path + ".position_embeddings.weight", sizes.positions(), width), inputs.positions());
        var sum = graph.add(words, places);
        if (inputs.types().isPresent()) {
            var table = ops.weight(path + ".token_type_embeddings.weight", sizes.types(), width);
            sum = graph.add(sum, graph.gather(table, inputs.types().get()));
        }
        var normalised = ops.layerNorm(path + ".LayerNorm", sum, sizes.epsilon());
        return width == sizes.hidden()
                ? normalised
                : ops.linear(prefix + "embeddings_project", normalised, sizes.hidden());
    }

    private Value layer(Layers ops, String path, Value x, Value mask, Probe probe) {
        var names = family.names();
        probe.at(path + TOGETHER, x);
        var query = ops.linear(path + "." + names.query(), x, sizes.hidden());
        var key = ops.linear(path + "." + names.key(), x, sizes.hidden());
        var value = ops.linear(path + "." + names.value(), x, sizes.hidden());
        ops.graph().scope(path + ".attention");
        var context = ops.maskedAttention(query, key, value, sizes.heads(), mask);
        probe.at(path + "." + names.attentionOut(), context);
        var attended = ops.linearAddNorm(
                        path + "." + names.attentionOut(),
                        context,
                        x,
                        path + "." + names.attentionNorm(),
                        sizes.epsilon())
                .value();
        probe.at(path + "." + names.wide(), attended);
        var wide =
                ops.activate(sizes.activation(), ops.linear(path + "." + names.wide(), attended, sizes.intermediate()));
        probe.at(path + "." + names.narrow(), wide);
        return ops.linearAddNorm(
                        path + "." + names.narrow(), wide, attended, path + "." + names.norm(), sizes.epsilon())
                .value();
    }

    private Value quantisedLayer(Layers ops, String path, Value x, Value mask) {
        var names = family.names();
        var quantised = new QuantisedLayers(ops.graph(), weights);
        var context = quantised.attention(path + TOGETHER, x, sizes.heads(), mask);
        var attended = addNorm(ops, quantised, path, names.attentionOut(), context, x, names.attentionNorm());
        var wide = ops.activate(
                sizes.activation(), quantised.linear(path + "." + names.wide(), attended, sizes.intermediate()));
        return addNorm(ops, quantised, path, names.narrow(), wide, attended, names.norm());
    }

    private Value addNorm(
            Layers ops, QuantisedLayers quantised, String path, String linear, Value x, Value skip, String norm) {
        var y = quantised.product(path + "." + linear, x, sizes.hidden());
        return ops.addNorm(path + "." + linear, y, skip, path + "." + norm, sizes.epsilon());
    }

    private void answer(GraphBuilder graph, EncoderHead head, Value states, Value mask) {
        var ops = new Layers(graph, head.weights(), Padding.ZERO);
        graph.scope(head.out());
        var pooled = switch (head.pooling()) {
            case FIRST -> graph.firstToken(states);
            case MEAN -> ops.maskedMean(states, mask);
            case TOKENS -> states;
        };
        var features = pooled;
        if (head.dense().isPresent()) {
            var path = head.dense().get();
            var width = head.weights()
                    .find(path + ".weight")
                    .map(tensor ->
                            tensor.shape().rank() == 0 ? 0 : tensor.shape().size(0))
                    .orElse((long) sizes.hidden());
            features = ops.activate(head.activation(), ops.linear(path, pooled, width));
        }
        graph.output(head.scores(), ops.linear(head.out(), features, head.labels()));
        if (head.confidence().isPresent()) {
            graph.output(head.confidences(), ops.linear(head.confidence().get(), features, 1));
        }
    }
}
