package dev.suffice.models.onnx;

import dev.suffice.engine.ElementType;
import dev.suffice.engine.Shape;
import dev.suffice.engine.onnx.OnnxType;
import dev.suffice.models.ModelException;
import dev.suffice.models.safetensors.StoredTensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * Takes the operators of a network in execution order, infers their shapes and counts their floating-point operations:
 * 2 for each multiply-add of convolutions, matrix products and attention; everything else counts nothing. Sizes that
 * are known only when the graph runs count at their nominal size.
 *
 * <p>Operators are named after the scope they are added in, the path of the module they belong to. Not thread-safe.
 */
public final class GraphBuilder {
    /** Domain of ONNX Runtime's own operators. */
    static final String MICROSOFT = "com.microsoft";

    private static final String SKIP_LAYER_NORM = "SkipLayerNormalization";

    private final String name;
    private final OperatorSet operators;
    private final List<Value> inputs = new ArrayList<>();
    private final Map<String, Value> outputs = new LinkedHashMap<>();
    private final List<Node> early = new ArrayList<>();
    private final List<Node> late = new ArrayList<>();
    private final Map<String, Constant> constants = new LinkedHashMap<>();
    private final Map<String, Integer> cuts = new LinkedHashMap<>();
    private final Map<String, Integer> counts = new HashMap<>();
    private final Map<Path, Path> realFiles = new HashMap<>();
    private final Map<InlineContent, Value> inlined = new HashMap<>();
    private Optional<Path> folder = Optional.empty();
    private Optional<String> earlyCut = Optional.empty();
    private List<Node> nodes = late;
    private boolean writesEarly;
    private String scope = "";

    /**
     * An empty network.
     *
     * @param name for messages, e.g. {@code unet}
     * @param operators which operators it may use
     */
    public GraphBuilder(String name, OperatorSet operators) {
        this.name = name;
        this.operators = operators;
    }

    /** Which operators it may use. */
    public OperatorSet operators() {
        return operators;
    }

    /** Names the operators that follow, until the next scope. */
    public GraphBuilder scope(String path) {
        scope = path;
        return this;
    }

    /**
     * Adds operators before all others, so that what depends on some inputs only can be computed once and kept.
     *
     * @param operation adds them, from inputs, constants and other early values
     */
    public Value early(Supplier<Value> operation) {
        nodes = early;
        writesEarly = true;
        try {
            return operation.get();
        } finally {
            nodes = late;
            writesEarly = false;
        }
    }

    /** Whether operators are being added before all others. */
    public boolean isEarly() {
        return writesEarly;
    }

    /** Marks the place where the network can be cut between the early operators and the others. */
    public void cutEarly(String cutName) {
        earlyCut = Optional.of(cutName);
    }

    /** Marks a place where the network can be cut: between the operators so far and those that follow. */
    public void cut(String cutName) {
        if (cuts.putIfAbsent(cutName, late.size()) != null) {
            throw new IllegalArgumentException("cut %s: named twice".formatted(cutName));
        }
    }

    /** An input of the network. */
    public Value input(String inputName, ElementType type, Dim... dims) {
        var value = new Value(inputName, type, List.of(dims));
        inputs.add(value);
        return value;
    }

    /** Makes a value an output of the network, under this name. */
    public void output(String outputName, Value value) {
        var computed = Stream.concat(early.stream(), late.stream())
                .anyMatch(node -> node.outputs().contains(value));
        outputs.put(outputName, computed && !outputs.containsValue(value) ? value : unary("Identity", value));
    }

    /** The network as built so far. */
    public Network build() {
        var renamed = new HashMap<String, String>();
        outputs.forEach((outputName, value) -> renamed.put(value.name(), outputName));
        var named = Stream.concat(early.stream(), late.stream())
                .map(node -> new Node(
                        node.name(),
                        node.domain(),
                        node.op(),
                        node.inputs().stream()
                                .map(input -> renamed.getOrDefault(input, input))
                                .toList(),
                        node.outputs().stream()
                                .map(output -> rename(output, renamed))
                                .toList(),
                        node.attributes(),
                        node.flops()))
                .toList();
        var results =
                outputs.values().stream().map(value -> rename(value, renamed)).toList();
        var positions = new LinkedHashMap<String, Integer>();
        earlyCut.ifPresent(cutName -> positions.put(cutName, early.size()));
        cuts.forEach((cutName, position) -> positions.put(cutName, early.size() + position));
        return new Network(name, folder, inputs, results, named, constants, positions);
    }

    private static Value rename(Value value, Map<String, String> names) {
        return new Value(names.getOrDefault(value.name(), value.name()), value.type(), value.dims());
    }

    // Constants.

    /**
     * A weight where it lies in its file, seen as FLOAT32 whatever its stored type.
     *
     * @param dims another shape with the same number of elements, or none for the stored one
     */
    public Value weight(StoredTensor tensor, long... dims) {
        return weightRows(
                tensor, 0, tensor.shape().rank() == 0 ? 1 : tensor.shape().size(0), dims);
    }

    /**
     * Some rows of a weight where it lies in its file.
     *
     * @param firstRow along the first axis
     * @param rows at least 1
     * @param dims the shape to see them in, or none for the stored one
     */
    public Value weightRows(StoredTensor tensor, long firstRow, long rows, long... dims) {
        var stored = tensor.shape().toArray();
        var all = stored.length == 0 ? 1 : stored[0];
        if (firstRow < 0 || rows < 1 || firstRow + rows > all) {
            throw new IllegalArgumentException(
                    "%s: rows %d to %d: it has %d".formatted(tensor.name(), firstRow, firstRow + rows, all));
        }
        var shape = dims.length > 0 ? dims.clone() : stored.clone();
        if (dims.length == 0 && shape.length > 0) {
            shape[0] = rows;
        }
        var length = tensor.length() / all * rows;
        if (Shape.of(shape).elements() * tensor.type().byteSize() != length) {
            throw new IllegalArgumentException(
                    "%s: shape %s seen as %s".formatted(tensor.name(), tensor.shape(), Arrays.toString(shape)));
        }
        var valueName = tensor.name()
                + (rows == all ? "" : "[%d:%d]".formatted(firstRow, firstRow + rows))
                + (Arrays.equals(shape, stored) || rows != all ? "" : Arrays.toString(shape));
        var known = constants.get(valueName);
        if (known != null) {
            return known.value();
        }
        var value = new Value(valueName, ElementType.FLOAT32, fixed(shape));
        var data = new Constant.External(
                location(tensor.file()), tensor.offset() + tensor.length() / all * firstRow, length);
        constants.put(valueName, new Constant(value, tensor.type(), data));
        return value;
    }

    /** FLOAT32 constants in the model itself. */
    public Value floats(float[] values, long... dims) {
        var bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (var value : values) {
            bytes.putFloat(value);
        }
        return inline(ElementType.FLOAT32, bytes.flip(), dims);
    }

    /** A FLOAT32 scalar. */
    public Value scalar(double value) {
        return floats(new float[] {(float) value});
    }

    /** INT64 constants in the model itself. */
    public Value longs(long[] values, long... dims) {
        var bytes = ByteBuffer.allocate(values.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (var value : values) {
            bytes.putLong(value);
        }
        return inline(ElementType.INT64, bytes.flip(), dims);
    }

    /** A UINT8 scalar. */
    public Value byteScalar(int value) {
        return inline(ElementType.UINT8, ByteBuffer.wrap(new byte[] {(byte) value}));
    }

    /** An INT8 scalar that no other operator shares. */
    public Value ownSignedByte(int value) {
        var own = new Value("own_constant_" + constants.size(), ElementType.INT8, List.of());
        constants.put(own.name(), new Constant(own, own.type(), new Constant.Inline(ByteBuffer.wrap(new byte[] {
            (byte) value
        }))));
        return own;
    }

    /** Equal constants are shared. */
    private Value inline(ElementType type, ByteBuffer bytes, long... dims) {
        var content = new InlineContent(type, bytes, fixed(dims));
        return inlined.computeIfAbsent(content, _ -> {
            var value = new Value("constant_" + inlined.size(), type, content.dims());
            constants.put(value.name(), new Constant(value, type, new Constant.Inline(bytes)));
            return value;
        });
    }

    private record InlineContent(ElementType type, ByteBuffer bytes, List<Dim> dims) {}

    /** Engines refuse links that lead out of the folder, so the folder is the one that the file itself lies in. */
    private String location(Path file) {
        var real = realFiles.computeIfAbsent(file, path -> {
            try {
                return path.toRealPath();
            } catch (IOException e) {
                throw new ModelException("%s: cannot be read: %s".formatted(path, e.getMessage()), e);
            }
        });
        var parent = Optional.ofNullable(real.getParent());
        if (folder.isEmpty()) {
            folder = parent;
        } else if (!folder.equals(parent)) {
            throw new ModelException("%s: lies outside %s: all weight files of a model must be in one folder"
                    .formatted(real, folder.get()));
        }
        return String.valueOf(real.getFileName());
    }

    // Operators.

    /** Any operator of one input whose output has its shape and type. */
    public Value unary(String op, Value x) {
        return node("", op, List.of(x), x.type(), x.dims(), List.of(), 0);
    }

    /** Sum, with broadcasting. */
    public Value add(Value a, Value b) {
        return binary("Add", a, b);
    }

    /** Difference, with broadcasting. */
    public Value subtract(Value a, Value b) {
        return binary("Sub", a, b);
    }

    /** Product of elements, with broadcasting. */
    public Value multiply(Value a, Value b) {
        return binary("Mul", a, b);
    }

    /** Quotient, with broadcasting. */
    public Value divide(Value a, Value b) {
        return binary("Div", a, b);
    }

    private Value binary(String op, Value a, Value b) {
        return node("", op, List.of(a, b), a.type(), broadcast(op, a, b), List.of(), 0);
    }

    /** Whether elements are equal, with broadcasting. */
    public Value equal(Value a, Value b) {
        return node("", "Equal", List.of(a, b), ElementType.BOOL, broadcast("Equal", a, b), List.of(), 0);
    }

    /** Converted to another element type. */
    public Value cast(Value x, ElementType type) {
        return node("", "Cast", List.of(x), type, x.dims(), List.of(new Attribute.Int("to", OnnxType.code(type))), 0);
    }

    /** Limited to a range. */
    public Value clamp(Value x, double low, double high) {
        return node("", "Clip", List.of(x, scalar(low), scalar(high)), x.type(), x.dims(), List.of(), 0);
    }

    /**
     * The same elements in another shape. A symbol keeps the size of the same symbol at the same axis; one other symbol
     * at most takes what is left.
     */
    public Value reshape(Value x, Dim... dims) {
        var sizes = new long[dims.length];
        for (int axis = 0; axis < dims.length; axis++) {
            sizes[axis] = switch (dims[axis]) {
                case Dim.Fixed(var size) -> size;
                case Dim.Symbol symbol -> axis < x.rank() && x.dim(axis).equals(symbol) ? 0 : -1;
            };
        }
        if (LongStream.of(sizes).filter(size -> size == -1).count() > 1) {
            throw new IllegalArgumentException(
                    "%s: %s to %s: more than one size unknown".formatted(scope, x, Arrays.toString(dims)));
        }
        var elements = Arrays.stream(dims).mapToLong(Dim::nominal).reduce(1, Math::multiplyExact);
        if (elements != x.nominalElements()) {
            throw new IllegalArgumentException(
                    "%s: %s to %s: different sizes".formatted(scope, x, Arrays.toString(dims)));
        }
        if (x.dims().equals(List.of(dims))) {
            return x;
        }
        return node("", "Reshape", List.of(x, longs(sizes, sizes.length)), x.type(), List.of(dims), List.of(), 0);
    }

    /** All axes before the last made one. */
    public Value flattenRows(Value x) {
        var rows = x.nominalElements() / x.size(-1);
        var symbolic = x.dims().stream().anyMatch(Dim.Symbol.class::isInstance);
        var first = symbolic ? new Dim.Symbol("rows_%s".formatted(unique("flat")), rows) : Dim.of(rows);
        return x.rank() == 2 ? x : reshape(x, first, x.dim(-1));
    }

    /** Axes in another order. */
    public Value transpose(Value x, int... order) {
        var dims = Arrays.stream(order).mapToObj(x::dim).toList();
        var permutation =
                new Attribute.Ints("perm", Arrays.stream(order).asLongStream().toArray());
        return node("", "Transpose", List.of(x), x.type(), dims, List.of(permutation), 0);
    }

    /** Tensors behind each other along an axis of known sizes. */
    public Value concat(int axis, Value... parts) {
        var dims = new ArrayList<>(parts[0].dims());
        dims.set(
                axis,
                Dim.of(Arrays.stream(parts).mapToLong(part -> part.size(axis)).sum()));
        return node("", "Concat", List.of(parts), parts[0].type(), dims, List.of(new Attribute.Int("axis", axis)), 0);
    }

    /** The elements from start to before end along an axis of known size. */
    public Value slice(Value x, int axis, long start, long end) {
        if (start < 0 || end > x.size(axis) || start >= end) {
            throw new IllegalArgumentException("%s: slice %d to %d of %s".formatted(scope, start, end, x));
        }
        var dims = new ArrayList<>(x.dims());
        dims.set(axis, Dim.of(end - start));
        var bounds = List.of(x, longs(new long[] {start}, 1), longs(new long[] {end}, 1), longs(new long[] {axis}, 1));
        return node("", "Slice", bounds, x.type(), dims, List.of(), 0);
    }

    /** Rows of a table: indices of any shape to that shape with the table's row shape behind it. */
    public Value gather(Value table, Value indices) {
        var dims = new ArrayList<>(indices.dims());
        dims.addAll(table.dims().subList(1, table.rank()));
        return node(
                "", "Gather", List.of(table, indices), table.type(), dims, List.of(new Attribute.Int("axis", 0)), 0);
    }

    /** Mean along one axis, which stays with size 1. */
    public Value mean(Value x, int axis) {
        var dims = new ArrayList<Dim>(x.dims());
        dims.set(axis, Dim.of(1));
        var axes = longs(new long[] {axis}, 1);
        return node("", "ReduceMean", List.of(x, axes), x.type(), dims, List.of(), 0);
    }

    /** Index of the largest element along the last axis, the first of equal ones; the axis is removed. */
    public Value argMax(Value x) {
        var attributes = List.<Attribute>of(new Attribute.Int("axis", x.rank() - 1L), new Attribute.Int("keepdims", 0));
        return node("", "ArgMax", List.of(x), ElementType.INT64, x.dims().subList(0, x.rank() - 1), attributes, 0);
    }

    /** The first token of each batch element, [N, S, C] to [N, C]. */
    public Value firstToken(Value x) {
        var first = inline(ElementType.INT64, ByteBuffer.allocate(Long.BYTES));
        return node(
                "",
                "Gather",
                List.of(x, first),
                x.type(),
                List.of(x.dim(0), x.dim(2)),
                List.of(new Attribute.Int("axis", 1)),
                0);
    }

    /** For each batch element b the row {@code indices[b]} of {@code x[b]}: [N, S, C] and [N] to [N, C]. */
    public Value gatherPerBatch(Value x, Value indices) {
        var batch = indices.dim(0);
        var last = node(
                "",
                "Unsqueeze",
                List.of(indices, longs(new long[] {1}, 1)),
                ElementType.INT64,
                List.of(batch, Dim.of(1)),
                List.of(),
                0);
        return node(
                "",
                "GatherND",
                List.of(x, last),
                x.type(),
                List.of(batch, x.dim(2)),
                List.of(new Attribute.Int("batch_dims", 1)),
                0);
    }

    /** Softmax along the last axis. */
    public Value softmax(Value x) {
        return node("", "Softmax", List.of(x), x.type(), x.dims(), List.of(new Attribute.Int("axis", -1)), 0);
    }

    /**
     * 2-D convolution, [N, C, H, W] with [O, C, KH, KW] to [N, O, H', W'].
     *
     * @param stride in both directions
     * @param pads zeros at top, left, bottom, right
     */
    public Value convolve(Value x, Value weight, Optional<Value> bias, long stride, long... pads) {
        var dims = convolved(x, weight, stride, pads);
        var operands = new ArrayList<>(List.of(x, weight));
        bias.ifPresent(operands::add);
        var attributes = List.<Attribute>of(
                new Attribute.Ints("kernel_shape", weight.size(2), weight.size(3)),
                new Attribute.Ints("strides", stride, stride),
                new Attribute.Ints("pads", pads));
        var products = x.dim(0).nominal() * dims.get(2).nominal() * dims.get(3).nominal() * weight.nominalElements();
        return node("", "Conv", operands, x.type(), dims, attributes, 2 * products);
    }

    /** The dimensions of what a convolution makes. */
    static List<Dim> convolved(Value x, Value weight, long stride, long... pads) {
        long height = (x.size(2) + pads[0] + pads[2] - weight.size(2)) / stride + 1;
        long width = (x.size(3) + pads[1] + pads[3] - weight.size(3)) / stride + 1;
        if (x.size(1) != weight.size(1) || height < 1 || width < 1) {
            throw new IllegalArgumentException("filters %s do not fit %s".formatted(weight, x));
        }
        return List.of(x.dim(0), weight.dim(0), Dim.of(height), Dim.of(width));
    }

    /** Columns continued around the edge: {@code left} of the last ones in front, {@code right} of the first behind. */
    public Value wrapWidth(Value x, long left, long right) {
        var width = x.size(3);
        if (left > width || right > width) {
            throw new IllegalArgumentException("%s: %d and %d columns around %d".formatted(scope, left, right, width));
        }
        var parts = new ArrayList<Value>();
        if (left > 0) {
            parts.add(slice(x, 3, width - left, width));
        }
        parts.add(x);
        if (right > 0) {
            parts.add(slice(x, 3, 0, right));
        }
        return parts.size() == 1 ? x : concat(3, parts.toArray(Value[]::new));
    }

    /** Nearest-neighbour resizing of [N, C, H, W]: row i reads row floor(i H / H'). */
    public Value resizeNearest(Value x, long height, long width) {
        var dims = List.of(x.dim(0), x.dim(1), Dim.of(height), Dim.of(width));
        var attributes = new ArrayList<Attribute>(List.of(
                new Attribute.Text("mode", "nearest"),
                new Attribute.Text("coordinate_transformation_mode", "asymmetric"),
                new Attribute.Text("nearest_mode", "floor")));
        if (height % x.size(2) == 0 && width % x.size(3) == 0) {
            var factors = new float[] {1, 1, (float) height / x.size(2), (float) width / x.size(3)};
            var operands = List.of(x.name(), "", floats(factors, 4).name());
            return append("", "Resize", operands, x.type(), dims, attributes, 0);
        }
        attributes.add(new Attribute.Ints("axes", 2, 3));
        var sizes = longs(new long[] {height, width}, 2);
        return append("", "Resize", List.of(x.name(), "", "", sizes.name()), x.type(), dims, attributes, 0);
    }

    /** Bilinear resizing of [N, C, H, W] by a whole factor, pixel centres on pixel centres, the edge pixels continued outwards. */
    public Value resizeLinear(Value x, long factor) {
        var dims = List.of(x.dim(0), x.dim(1), Dim.of(factor * x.size(2)), Dim.of(factor * x.size(3)));
        var attributes = List.<Attribute>of(
                new Attribute.Text("mode", "linear"),
                new Attribute.Text("coordinate_transformation_mode", "half_pixel"));
        var factors = floats(new float[] {1, 1, factor, factor}, 4);
        return append("", "Resize", List.of(x.name(), "", factors.name()), x.type(), dims, attributes, 0);
    }

    /** [N, C F F, H, W] to [N, C, F H, F W]: the F F channels of a pixel become a block of F x F pixels, row by row. */
    public Value pixelShuffle(Value x, long factor) {
        if (factor < 1 || x.size(1) % (factor * factor) != 0) {
            throw new IllegalArgumentException("%s: %s does not split into blocks of %d".formatted(scope, x, factor));
        }
        var dims = List.of(
                x.dim(0),
                Dim.of(x.size(1) / (factor * factor)),
                Dim.of(factor * x.size(2)),
                Dim.of(factor * x.size(3)));
        var attributes = List.<Attribute>of(new Attribute.Int("blocksize", factor), new Attribute.Text("mode", "CRD"));
        return node("", "DepthToSpace", List.of(x), x.type(), dims, attributes, 0);
    }

    /** Matrix product over the last two axes, leading axes broadcast. */
    public Value matmul(Value a, Value b) {
        return node(
                "",
                "MatMul",
                List.of(a, b),
                a.type(),
                productDims(a, b, false, false),
                List.of(),
                productFlops(a, b, false, false));
    }

    /** Matrix product of [M, K] with the transpose of [O, K], plus a bias of [O]. */
    public Value gemm(Value a, Value weight, Optional<Value> bias) {
        var operands = new ArrayList<>(List.of(a, weight));
        bias.ifPresent(operands::add);
        return node(
                "",
                "Gemm",
                operands,
                a.type(),
                List.of(a.dim(0), weight.dim(0)),
                List.of(new Attribute.Int("transB", 1)),
                productFlops(a, weight, false, true));
    }

    /** Matrix product with either side transposed in its last two axes; ONNX Runtime only. */
    public Value fusedMatmul(Value a, Value b, boolean transposeA, boolean transposeB) {
        var attributes = List.<Attribute>of(
                new Attribute.Int("transA", transposeA ? 1 : 0), new Attribute.Int("transB", transposeB ? 1 : 0));
        return node(
                MICROSOFT,
                "FusedMatMul",
                List.of(a, b),
                a.type(),
                productDims(a, b, transposeA, transposeB),
                attributes,
                productFlops(a, b, transposeA, transposeB));
    }

    private List<Dim> productDims(Value a, Value b, boolean transposeA, boolean transposeB) {
        var inner = a.dim(transposeA ? -2 : -1);
        if (!inner.equals(b.dim(transposeB ? -1 : -2))) {
            throw new IllegalArgumentException("%s: product of %s and %s".formatted(scope, a, b));
        }
        var wide = a.rank() >= b.rank() ? a : b;
        var dims = new ArrayList<>(wide.dims().subList(0, wide.rank() - 2));
        dims.add(a.dim(transposeA ? -1 : -2));
        dims.add(b.dim(transposeB ? -2 : -1));
        return dims;
    }

    private long productFlops(Value a, Value b, boolean transposeA, boolean transposeB) {
        var dims = productDims(a, b, transposeA, transposeB);
        return 2
                * dims.stream().mapToLong(Dim::nominal).reduce(1, Math::multiplyExact)
                * a.dim(transposeA ? -2 : -1).nominal();
    }

    /** Normalisation over the last axis. */
    public Value layerNorm(Value x, Value weight, Value bias, double epsilon) {
        var attributes =
                List.<Attribute>of(new Attribute.Int("axis", -1), new Attribute.Real("epsilon", (float) epsilon));
        return node("", "LayerNormalization", List.of(x, weight, bias), x.type(), x.dims(), attributes, 0);
    }

    /** Normalisation of each group of channels over space, [N, C, H, W]. */
    public Value groupNorm(Value x, Value weight, Value bias, int groups, double epsilon) {
        var attributes = List.<Attribute>of(
                new Attribute.Int("num_groups", groups), new Attribute.Real("epsilon", (float) epsilon));
        return node("", "GroupNormalization", List.of(x, weight, bias), x.type(), x.dims(), attributes, 0);
    }

    /** Normalisation of each channel over space, [N, C, S]. */
    public Value instanceNorm(Value x, Value weight, Value bias, double epsilon) {
        var attributes = List.<Attribute>of(new Attribute.Real("epsilon", (float) epsilon));
        return node("", "InstanceNormalization", List.of(x, weight, bias), x.type(), x.dims(), attributes, 0);
    }

    /** Each channel of [N, C, H, W] times a weight plus a bias: batch normalisation by mean 0 and variance 1. */
    public Value scaleChannels(Value x, Value weight, Value bias) {
        var channels = (int) x.size(1);
        var ones = new float[channels];
        Arrays.fill(ones, 1);
        var operands = List.of(x, weight, bias, floats(new float[channels], channels), floats(ones, channels));
        var attributes = List.<Attribute>of(new Attribute.Real("epsilon", 0));
        return node("", "BatchNormalization", operands, x.type(), x.dims(), attributes, 0);
    }

    /** x sigmoid(alpha x); ONNX Runtime only. */
    public Value quickGelu(Value x, double alpha) {
        return node(
                MICROSOFT,
                "QuickGelu",
                List.of(x),
                x.type(),
                x.dims(),
                List.of(new Attribute.Real("alpha", (float) alpha)),
                0);
    }

    /** GELU of x plus a bias over the last axis; ONNX Runtime only. */
    public Value biasGelu(Value x, Value bias) {
        return node(MICROSOFT, "BiasGelu", List.of(x, bias), x.type(), x.dims(), List.of(), 0);
    }

    /**
     * Sum and its normalisation over the last axis; ONNX Runtime only.
     *
     * @param x [N, S, C]
     * @param skip added to it
     * @param sumBias [C], added as well
     */
    public Normalised skipLayerNorm(
            Value x, Value skip, Value weight, Value bias, Optional<Value> sumBias, double epsilon) {
        var names = new ArrayList<>(List.of(x.name(), skip.name(), weight.name(), bias.name()));
        sumBias.ifPresent(value -> names.add(value.name()));
        var unused = new Value("", x.type(), List.of());
        var nodeName = unique(SKIP_LAYER_NORM);
        var normalised = new Value(nodeName, x.type(), x.dims());
        var sum = new Value(nodeName + ".sum", x.type(), x.dims());
        nodes.add(new Node(
                nodeName,
                MICROSOFT,
                SKIP_LAYER_NORM,
                names,
                List.of(normalised, unused, unused, sum),
                List.of(new Attribute.Real("epsilon", (float) epsilon)),
                0));
        return new Normalised(normalised, sum);
    }

    /**
     * Normalisation over the last axis by the operator that adds first, which is several times as fast as the one that
     * only normalises: x + x with four times the epsilon is normalised to what x is. ONNX Runtime only.
     */
    public Value layerNormOfDouble(Value x, Value weight, Value bias, double epsilon) {
        var attributes = List.<Attribute>of(new Attribute.Real("epsilon", (float) (4 * epsilon)));
        return node(MICROSOFT, SKIP_LAYER_NORM, List.of(x, x, weight, bias), x.type(), x.dims(), attributes, 0);
    }

    /**
     * A sum and its normalisation.
     *
     * @param value the normalised sum
     * @param sum the sum itself
     */
    public record Normalised(Value value, Value sum) {}

    /**
     * Scaled dot-product attention, [N, S, C] queries and [N, T, C] keys and values to [N, S, C]; ONNX Runtime only.
     *
     * @param heads the channels are divided into
     * @param causal whether a position sees only those up to its own
     * @param mask INT32 [N, T], 0 for keys that nothing sees
     */
    public Value multiHeadAttention(
            Value query, Value key, Value value, int heads, boolean causal, Optional<Value> mask) {
        var attributes = new ArrayList<Attribute>(List.of(new Attribute.Int("num_heads", heads)));
        if (causal) {
            attributes.add(new Attribute.Int("unidirectional", 1));
        }
        var products = query.nominalElements() * key.dim(1).nominal() * 2;
        var operands = new ArrayList<>(List.of(query.name(), key.name(), value.name()));
        // The fourth operand would be a bias.
        mask.ifPresent(given -> operands.addAll(List.of("", given.name())));
        return append(MICROSOFT, "MultiHeadAttention", operands, query.type(), query.dims(), attributes, 2 * products);
    }

    private List<Dim> broadcast(String op, Value a, Value b) {
        var rank = Math.max(a.rank(), b.rank());
        var dims = new ArrayList<Dim>();
        for (int axis = 0; axis < rank; axis++) {
            var one = Dim.of(1);
            var left = axis < rank - a.rank() ? one : a.dim(axis - rank + a.rank());
            var right = axis < rank - b.rank() ? one : b.dim(axis - rank + b.rank());
            if (!left.equals(right) && !left.equals(one) && !right.equals(one)) {
                throw new IllegalArgumentException("%s: %s of %s and %s".formatted(scope, op, a, b));
            }
            dims.add(left.equals(one) ? right : left);
        }
        return dims;
    }

    private Value node(
            String domain,
            String op,
            List<Value> operands,
            ElementType type,
            List<Dim> dims,
            List<Attribute> attributes,
            long flops) {
        return append(domain, op, operands.stream().map(Value::name).toList(), type, dims, attributes, flops);
    }

    private Value append(
            String domain,
            String op,
            List<String> operands,
            ElementType type,
            List<Dim> dims,
            List<Attribute> attributes,
            long flops) {
        return append(domain, op, operands, List.of(new Value(op, type, dims)), attributes, flops)
                .getFirst();
    }

    /**
     * Any operator.
     *
     * @param shaped one value for each output, of its type and sizes; one without a name and without axes stands for an output that is not
     *     wanted
     */
    List<Value> append(
            String domain,
            String op,
            List<String> operands,
            List<Value> shaped,
            List<Attribute> attributes,
            long flops) {
        if (!domain.isEmpty() && operators == OperatorSet.STANDARD) {
            throw new IllegalStateException("%s: %s is not a standard operator".formatted(scope, op));
        }
        var nodeName = unique(op);
        var made = new ArrayList<Value>();
        for (var like : shaped) {
            boolean unwanted = like.name().isEmpty() && like.dims().isEmpty();
            var output = made.isEmpty() ? nodeName : nodeName + "." + made.size();
            made.add(new Value(unwanted ? "" : output, like.type(), like.dims()));
        }
        nodes.add(new Node(nodeName, domain, op, operands, made, attributes, flops));
        return made;
    }

    /** A stored tensor as it lies in its file, of its own type. */
    public Value stored(StoredTensor tensor, long... dims) {
        var valueName = tensor.name() + ".stored" + Arrays.toString(dims);
        var known = constants.get(valueName);
        if (known != null) {
            return known.value();
        }
        if (Shape.of(dims).elements() * tensor.type().byteSize() != tensor.length()) {
            throw new IllegalArgumentException(
                    "%s: shape %s seen as %s".formatted(tensor.name(), tensor.shape(), Arrays.toString(dims)));
        }
        var value = new Value(valueName, tensor.type(), fixed(dims));
        var data = new Constant.External(location(tensor.file()), tensor.offset(), tensor.length());
        constants.put(valueName, new Constant(value, tensor.type(), data));
        return value;
    }

    private String unique(String what) {
        var base = scope.isEmpty() ? what : scope + "/" + what;
        var count = counts.merge(base, 1, Integer::sum);
        return count == 1 ? base : base + "_" + count;
    }

    private static List<Dim> fixed(long... sizes) {
        return LongStream.of(sizes).mapToObj(Dim::of).toList();
    }
}
