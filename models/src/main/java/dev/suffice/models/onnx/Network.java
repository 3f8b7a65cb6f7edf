package dev.suffice.models.onnx;

import dev.suffice.core.InvalidRequestException;
import dev.suffice.engine.CutPoint;
import dev.suffice.engine.Graph;
import dev.suffice.engine.GraphContent;
import dev.suffice.engine.onnx.OnnxType;
import dev.suffice.engine.onnx.ProtoWriter;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A network as a chain of operators in execution order with named places where it can be cut. Immutable. Every
 * segment references the same weight files, so that segments of one network share the memory they are mapped to.
 */
public final class Network {
    /** The cut before the first operator. */
    public static final String START = "start";

    /** The cut after the last operator. */
    public static final String END = "end";

    private static final int OPSET = 21;
    private static final int IR_VERSION = 10;

    private final String name;
    private final Optional<Path> folder;
    private final List<Value> inputs;
    private final List<Value> outputs;
    private final List<Node> nodes;
    private final Map<String, Constant> constants;

    /** Cut name to the number of operators before it. */
    private final Map<String, Integer> cuts;

    private final Map<String, Value> values = new HashMap<>();

    /** Cut name to the values needed after it. */
    private final Map<String, List<String>> crossing;

    Network(
            String name,
            Optional<Path> folder,
            List<Value> inputs,
            List<Value> outputs,
            List<Node> nodes,
            Map<String, Constant> constants,
            Map<String, Integer> cuts) {
        this.name = name;
        this.folder = folder;
        this.inputs = List.copyOf(inputs);
        this.outputs = List.copyOf(outputs);
        this.nodes = List.copyOf(nodes);
        this.constants = Map.copyOf(constants);
        this.cuts = new LinkedHashMap<>(cuts);
        inputs.forEach(input -> values.put(input.name(), input));
        nodes.forEach(node -> node.outputs().forEach(output -> values.put(output.name(), output)));
        // An optional output that is not used has no name.
        values.remove("");
        this.crossing = crossings();
    }

    /** Names of the cuts, in execution order, without {@link #START} and {@link #END}. */
    public List<String> cutNames() {
        return List.copyOf(cuts.keySet());
    }

    /** Floating-point operations of one batch element: 2 per multiply-add of convolutions, products and attention. */
    public long flops() {
        return flops(0, nodes.size());
    }

    /** The whole network. */
    public Graph graph() {
        return graph(name, 0, nodes.size());
    }

    /**
     * The part between two cuts. Its inputs are what it needs of the network's inputs and of what earlier segments
     * compute, its outputs what later segments and the caller need of it, under the names they have in the whole network:
     * keep every value that a segment gives, and give each segment those that it asks for.
     *
     * @param after {@link #START} or the name of a cut
     * @param upTo a later cut, or {@link #END}
     * @throws InvalidRequestException if there is no such cut, or nothing between the two
     */
    public Graph segment(String after, String upTo) {
        var from = position(after);
        var to = position(upTo);
        if (from >= to) {
            throw new InvalidRequestException(
                    "%s: segment after %s up to %s: must end after it starts".formatted(name, after, upTo));
        }
        return graph("%s[%s..%s]".formatted(name, after, upTo), from, to);
    }

    /**
     * Whether anything is computed between two cuts, so that a segment is there.
     *
     * @throws InvalidRequestException if there is no such cut
     */
    public boolean hasSegment(String after, String upTo) {
        return position(after) < position(upTo);
    }

    private int position(String cut) {
        if (cut.equals(START)) {
            return 0;
        }
        if (cut.equals(END)) {
            return nodes.size();
        }
        var position = cuts.get(cut);
        if (position == null) {
            throw new InvalidRequestException(
                    "%s: cut %s: not one of %s".formatted(name, cut, String.join(", ", cuts.keySet())));
        }
        return position;
    }

    private long flops(int from, int to) {
        return nodes.subList(from, to).stream().mapToLong(Node::flops).sum();
    }

    private Graph graph(String graphName, int from, int to) {
        var whole = from == 0 && to == nodes.size();
        var bytes = write(
                graphName,
                whole ? inputs : needed(from, to),
                nodes.subList(from, to),
                whole ? outputs : results(from, to));
        var points = cuts.entrySet().stream()
                .filter(cut -> cut.getValue() > from && cut.getValue() < to)
                .map(cut -> new CutPoint(
                        cut.getKey(), crossing.getOrDefault(cut.getKey(), List.of()), flops(from, cut.getValue())))
                .toList();
        return new Graph(
                graphName,
                new GraphContent.OnnxBytes(ByteBuffer.wrap(bytes), folder),
                points,
                OptionalLong.of(flops(from, to)),
                OptionalLong.of(usedConstants(nodes.subList(from, to)).stream()
                        .mapToLong(constant -> Float.BYTES * constant.value().nominalElements())
                        .sum()));
    }

    /** What the operators of a segment read and do not compute themselves, constants aside. */
    private List<Value> needed(int from, int to) {
        var computed = computed(from, to);
        return nodes.subList(from, to).stream()
                .flatMap(node -> node.inputs().stream())
                .filter(input -> values.containsKey(input) && !computed.contains(input))
                .distinct()
                .map(this::value)
                .toList();
    }

    /** What a segment computes for later ones, or for the caller. */
    private List<Value> results(int from, int to) {
        var computed = computed(from, to);
        var later = nodes.subList(to, nodes.size()).stream().flatMap(node -> node.inputs().stream());
        return Stream.concat(later, outputs.stream().map(Value::name))
                .filter(computed::contains)
                .distinct()
                .map(this::value)
                .toList();
    }

    private Set<String> computed(int from, int to) {
        return nodes.subList(from, to).stream()
                .flatMap(node -> node.outputs().stream())
                .map(Value::name)
                .filter(values::containsKey)
                .collect(Collectors.toSet());
    }

    /** What is needed after each cut, found in one pass from the last operator to the first. */
    private Map<String, List<String>> crossings() {
        var found = new HashMap<String, List<String>>();
        var needed = new HashSet<String>();
        var position = nodes.size();
        for (var cut : List.copyOf(cuts.entrySet()).reversed()) {
            for (; position > cut.getValue(); position--) {
                var node = nodes.get(position - 1);
                node.outputs().forEach(output -> needed.remove(output.name()));
                node.inputs().stream().filter(values::containsKey).forEach(needed::add);
            }
            found.put(cut.getKey(), needed.stream().sorted().toList());
        }
        return found;
    }

    private Value value(String valueName) {
        var value = values.get(valueName);
        if (value == null) {
            throw new IllegalStateException("%s: no value %s".formatted(name, valueName));
        }
        return value;
    }

    private byte[] write(String graphName, List<Value> from, List<Node> segment, List<Value> to) {
        var used = usedConstants(segment);
        var converted = new ArrayList<Node>();
        used.stream().filter(Constant::converted).map(Constant::conversion).forEach(converted::add);
        return new ProtoWriter()
                .number(1, IR_VERSION)
                .text(2, "suffice")
                .message(7, graph -> {
                    converted.forEach(node -> graph.message(1, node::write));
                    segment.forEach(node -> graph.message(1, node::write));
                    graph.text(2, graphName);
                    used.forEach(constant -> graph.message(5, constant::writeTensor));
                    from.forEach(input -> graph.message(11, out -> writeValue(out, input)));
                    to.forEach(output -> graph.message(12, out -> writeValue(out, output)));
                })
                .message(8, opset -> opset.text(1, "").number(2, OPSET))
                .message(8, opset -> opset.text(1, GraphBuilder.MICROSOFT).number(2, 1))
                .toByteArray();
    }

    private Set<Constant> usedConstants(List<Node> segment) {
        var used = new LinkedHashSet<Constant>();
        for (var node : segment) {
            for (var input : node.inputs()) {
                var constant = constants.get(input);
                if (constant != null) {
                    used.add(constant);
                }
            }
        }
        return used;
    }

    private static void writeValue(ProtoWriter out, Value value) {
        out.text(1, value.name())
                .message(
                        2,
                        type -> type.message(
                                1,
                                tensor -> tensor.number(1, OnnxType.code(value.type()))
                                        .message(
                                                2,
                                                shape -> value.dims()
                                                        .forEach(dim -> shape.message(1, axis -> {
                                                            switch (dim) {
                                                                case Dim.Fixed(var size) -> axis.number(1, size);
                                                                case Dim.Symbol symbol -> axis.text(2, symbol.name());
                                                            }
                                                        })))));
    }
}
