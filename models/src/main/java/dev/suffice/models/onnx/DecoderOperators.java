package dev.suffice.models.onnx;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The operators that language models need beside those of {@link GraphBuilder}; ONNX Runtime only. They go into the same graph, in the scope
 * that it is in.
 */
public final class DecoderOperators {
    private static final String SKIP_NORM = "SkipSimplifiedLayerNormalization";
    private static final String ATTENTION = "GroupQueryAttention";

    private final GraphBuilder graph;

    /** Adds to a graph. */
    public DecoderOperators(GraphBuilder graph) {
        this.graph = graph;
    }

    /** x / sqrt(mean(x^2) + epsilon) times a weight, over the last axis (Zhang and Sennrich 2019). */
    public Value rmsNorm(Value x, Value weight, double epsilon) {
        var attributes =
                List.<Attribute>of(new Attribute.Int("axis", -1), new Attribute.Real("epsilon", (float) epsilon));
        return graph.append(
                        "", "SimplifiedLayerNormalization", List.of(x.name(), weight.name()), List.of(x), attributes, 0)
                .getFirst();
    }

    /** A sum and its {@link #rmsNorm}, both of which are kept. */
    public GraphBuilder.Normalised skipRmsNorm(Value x, Value skip, Value weight, double epsilon) {
        var unused = new Value("", x.type(), List.of());
        var made = graph.append(
                GraphBuilder.MICROSOFT,
                SKIP_NORM,
                List.of(x.name(), skip.name(), weight.name()),
                List.of(x, unused, unused, x),
                List.of(new Attribute.Real("epsilon", (float) epsilon)),
                0);
        return new GraphBuilder.Normalised(made.getFirst(), made.getLast());
    }

    /**
     * Rows of the tables that turn queries and keys by their position.
     *
     * @param cos [positions, half of the turned part of a head]
     * @param sin the same
     */
    public record Rotary(Value cos, Value sin) {}

    /**
     * The keys and values of all positions.
     *
     * @param keys [batch, heads of keys, positions, head size]
     * @param values the same
     */
    public record Cache(Value keys, Value values) {}

    /**
     * How a layer attends.
     *
     * @param heads of queries
     * @param keyValueHeads shared by groups of them, a divisor
     * @param scale of the products
     * @param window positions that are seen, with a position's own; empty for all
     * @param softcap limit that the products are bent to by tanh; 0 for none
     */
    public record Grouped(int heads, int keyValueHeads, double scale, OptionalInt window, double softcap) {}

    /**
     * What an attention gives.
     *
     * @param context [batch, tokens, heads x head size]
     * @param cache with the new tokens in it; the same memory as the old one if the caller gives the same
     */
    public record Attended(Value context, Cache cache) {}

    /**
     * Causal attention of new tokens to all before them (Ainslie et al. 2023), which also writes their keys and values into the cache.
     *
     * @param query [batch, tokens, heads x head size]
     * @param key [batch, tokens, key-value heads x head size]
     * @param value the same
     * @param lastPosition INT32 [batch], of the last new token
     * @param total INT32 [1], positions with the new tokens
     * @param rotary empty if positions do not turn
     */
    public Attended groupQueryAttention(
            Grouped grouped,
            Value query,
            Value key,
            Value value,
            Cache cache,
            Value lastPosition,
            Value total,
            Optional<Rotary> rotary) {
        return attention(
                grouped, query, List.of(query.name(), key.name(), value.name()), cache, lastPosition, total, rotary);
    }

    /**
     * The same of queries, keys and values in one.
     *
     * @param together [batch, tokens, (heads + 2 x key-value heads) x head size], the queries first, the values last
     */
    public Attended groupQueryAttention(
            Grouped grouped, Value together, Cache cache, Value lastPosition, Value total, Optional<Rotary> rotary) {
        long size = together.size(-1) / (grouped.heads() + 2L * grouped.keyValueHeads());
        var query = new Value(
                "", together.type(), List.of(together.dim(0), together.dim(1), Dim.of(grouped.heads() * size)));
        return attention(grouped, query, List.of(together.name(), "", ""), cache, lastPosition, total, rotary);
    }

    private Attended attention(
            Grouped grouped,
            Value query,
            List<String> operands,
            Cache cache,
            Value lastPosition,
            Value total,
            Optional<Rotary> rotary) {
        var names = new ArrayList<>(operands);
        names.addAll(List.of(cache.keys().name(), cache.values().name(), lastPosition.name(), total.name()));
        rotary.ifPresent(tables -> {
            names.add(tables.cos().name());
            names.add(tables.sin().name());
        });
        var attributes = new ArrayList<Attribute>(List.of(
                new Attribute.Int("num_heads", grouped.heads()),
                new Attribute.Int("kv_num_heads", grouped.keyValueHeads()),
                new Attribute.Real("scale", (float) grouped.scale()),
                new Attribute.Int("do_rotary", rotary.isPresent() ? 1 : 0)));
        grouped.window().ifPresent(window -> attributes.add(new Attribute.Int("local_window_size", window)));
        if (grouped.softcap() > 0) {
            attributes.add(new Attribute.Real("softcap", (float) grouped.softcap()));
        }
        long products = query.nominalElements() * cache.keys().dim(2).nominal() * 2;
        var made = graph.append(
                GraphBuilder.MICROSOFT,
                ATTENTION,
                names,
                List.of(query, cache.keys(), cache.values()),
                attributes,
                2 * products);
        return new Attended(made.get(0), new Cache(made.get(1), made.get(2)));
    }

    /** x sigmoid(x). */
    public Value silu(Value x) {
        return graph.quickGelu(x, 1);
    }

    /** GELU by its approximation with tanh. */
    public Value geluTanh(Value x) {
        return graph.append(
                        "",
                        "Gelu",
                        List.of(x.name()),
                        List.of(x),
                        List.of(new Attribute.Text("approximate", "tanh")),
                        0)
                .getFirst();
    }

    /** Some rows along the second axis of [batch, tokens, C]: INT64 [rows] to [batch, rows, C]. */
    public Value gatherTokens(Value x, Value rows) {
        return graph.append(
                        "",
                        "Gather",
                        List.of(x.name(), rows.name()),
                        List.of(new Value("", x.type(), List.of(x.dim(0), rows.dim(0), x.dim(2)))),
                        List.of(new Attribute.Int("axis", 1)),
                        0)
                .getFirst();
    }

    /** Zeros behind the elements of the last axis. */
    public Value padLast(Value x, long size) {
        var dims = new ArrayList<>(x.dims());
        dims.set(x.rank() - 1, Dim.of(size));
        var pads = new long[2 * x.rank()];
        pads[pads.length - 1] = size - x.size(-1);
        var operands = List.of(x.name(), graph.longs(pads, pads.length).name());
        return graph.append("", "Pad", operands, List.of(new Value("", x.type(), dims)), List.of(), 0)
                .getFirst();
    }

    /** One more row of zeros behind those of [batch, tokens, C]. */
    public Value padTokens(Value x, Dim padded) {
        var operands =
                List.of(x.name(), graph.longs(new long[] {0, 0, 0, 0, 1, 0}, 6).name());
        var dims = List.of(x.dim(0), padded, x.dim(2));
        return graph.append("", "Pad", operands, List.of(new Value("", x.type(), dims)), List.of(), 0)
                .getFirst();
    }

    /** The rows of [batch, tokens, C] without the last. */
    public Value withoutLastToken(Value x, Dim tokens) {
        return sliceTokens(x, 0, -1, tokens);
    }

    /** The last row of [batch, tokens, C]. */
    public Value lastToken(Value x) {
        return sliceTokens(x, -1, Long.MAX_VALUE, Dim.of(1));
    }

    /** Rows between two places, which count from the end where they are negative. */
    private Value sliceTokens(Value x, long from, long to, Dim rows) {
        var operands = List.of(
                x.name(),
                graph.longs(new long[] {from}, 1).name(),
                graph.longs(new long[] {to}, 1).name(),
                graph.longs(new long[] {1}, 1).name());
        var dims = List.of(x.dim(0), rows, x.dim(2));
        return graph.append("", "Slice", operands, List.of(new Value("", x.type(), dims)), List.of(), 0)
                .getFirst();
    }

    /** tanh(x / cap) x cap. */
    public Value softcap(Value x, double cap) {
        return graph.multiply(graph.unary("Tanh", graph.divide(x, graph.scalar(cap))), graph.scalar(cap));
    }
}
