package dev.suffice.models.onnx;

import dev.suffice.engine.ElementType;
import dev.suffice.models.quantise.InputScale;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Operators on numbers of 4 and 8 bits. They go into the graph of a {@link GraphBuilder}, in the scope that it is in. Products whose inputs have one fixed scale are written for each
 * {@link OperatorSet}: ONNX Runtime has operators that take whole numbers; others know them as layers in single precision between QuantizeLinear and DequantizeLinear, which they make
 * whole numbers of themselves. The other operators are ONNX Runtime's.
 */
public final class QuantisedOperators {
    private final GraphBuilder graph;

    /** Adds to a graph. */
    public QuantisedOperators(GraphBuilder graph) {
        this.graph = graph;
    }

    /**
     * A matrix whose rows are quantised in blocks.
     *
     * @param packed UINT8 [rows, blocks, block x bits / 8], the first of two 4-bit numbers in the lower half
     * @param scales FLOAT32 [rows x blocks]; a number q stands for (q - 2^(bits - 1)) x scale
     * @param bits 4 or 8
     * @param block numbers that share a scale
     * @param columns of the matrix
     */
    public record BlockQuantised(Value packed, Value scales, int bits, int block, long columns) {
        long rows() {
            return packed.size(0);
        }
    }

    /** The product of [..., columns] with the transpose of a matrix; each row of x is quantised by itself. */
    public Value matmul(Value x, BlockQuantised matrix) {
        if (x.size(-1) != matrix.columns()) {
            throw new IllegalArgumentException("product of %s with %d columns".formatted(x, matrix.columns()));
        }
        var dims = new ArrayList<>(x.dims());
        dims.set(dims.size() - 1, Dim.of(matrix.rows()));
        var attributes = List.<Attribute>of(
                new Attribute.Int("K", matrix.columns()),
                new Attribute.Int("N", matrix.rows()),
                new Attribute.Int("bits", matrix.bits()),
                new Attribute.Int("block_size", matrix.block()),
                new Attribute.Int("accuracy_level", 4));
        return graph.append(
                        GraphBuilder.MICROSOFT,
                        "MatMulNBits",
                        List.of(
                                x.name(),
                                matrix.packed().name(),
                                matrix.scales().name()),
                        List.of(new Value("", x.type(), dims)),
                        attributes,
                        2 * x.nominalElements() * matrix.rows())
                .getFirst();
    }

    /**
     * A matrix whose rows are quantised to 8 bits with one scale each, for inputs of one fixed scale.
     *
     * @param numbers INT8 [columns, rows]; a number q stands for q x the row's scale
     * @param scales FLOAT32 [rows]
     */
    public record ChannelQuantised(Value numbers, Value scales) {}

    private boolean standard() {
        return graph.operators() == OperatorSet.STANDARD;
    }

    /**
     * Each element to 8 bits; what lies outside of their range is cut off.
     *
     * @return of the same shape, UINT8, or with standard operators FLOAT32: what these numbers stand for
     */
    public Value quantise(Value x, InputScale input) {
        var numbers = plain("QuantizeLinear", ElementType.UINT8, x.dims(), operands(x, input));
        return standard() ? dequantise(numbers, input) : numbers;
    }

    private Value dequantise(Value numbers, InputScale scale) {
        return plain("DequantizeLinear", ElementType.FLOAT32, numbers.dims(), operands(numbers, scale));
    }

    /** What numbers stand for that have a scale for each place along an axis. */
    private Value dequantise(Value numbers, Value scales, int axis) {
        return plain(
                "DequantizeLinear",
                ElementType.FLOAT32,
                numbers.dims(),
                List.of(numbers.name(), scales.name()),
                new Attribute.Int("axis", axis));
    }

    private Value plain(String op, ElementType type, List<Dim> dims, List<String> operands, Attribute... attributes) {
        return graph.append("", op, operands, List.of(new Value("", type, dims)), List.of(attributes), 0)
                .getFirst();
    }

    private List<String> operands(Value x, InputScale scale) {
        var operands = new ArrayList<>(List.of(x.name()));
        operands.addAll(scale(scale));
        return operands;
    }

    /**
     * The product of [..., columns] with the transpose of a matrix, in whole numbers.
     *
     * @param quantised by {@link #quantise}
     * @param input the same as there
     * @param bias FLOAT32 [rows], added
     */
    public Value matmul(Value quantised, InputScale input, ChannelQuantised matrix, Optional<Value> bias) {
        var dims = product(quantised, matrix);
        if (standard()) {
            var product = graph.matmul(quantised, dequantise(matrix.numbers(), matrix.scales(), 1));
            return bias.map(given -> graph.add(product, given)).orElse(product);
        }
        var operands = new ArrayList<>(List.of(
                quantised.name(),
                matrix.numbers().name(),
                graph.scalar(input.scale()).name(),
                matrix.scales().name(),
                graph.byteScalar(input.zero()).name()));
        operands.add(matrixZero());
        bias.ifPresent(given -> operands.add(given.name()));
        return graph.append(
                        GraphBuilder.MICROSOFT,
                        "MatMulIntegerToFloat",
                        operands,
                        List.of(new Value("", ElementType.FLOAT32, dims)),
                        List.of(),
                        2 * quantised.nominalElements() * dims.getLast().nominal())
                .getFirst();
    }

    /**
     * Filters of a convolution, of 8 bits with one scale each, for an input and an output of one fixed scale each.
     *
     * @param numbers INT8 [channels, C, k, k]; a number q stands for q x the filter's scale
     * @param scales FLOAT32 [channels]
     * @param bias INT32 [channels], in the input's scale times the filter's
     * @param input what the input is quantised to
     * @param output what the output is quantised to
     */
    public record Filters(Value numbers, Value scales, Value bias, InputScale input, InputScale output) {}

    /**
     * A convolution in whole numbers. ONNX Runtime's rounds what it makes to 8 bits, too; with standard operators that is left out, for engines that can do without.
     *
     * @param x FLOAT32 [batch, C, h, w]
     * @param pads rows and columns of zeros at the top, left, bottom and right
     * @return FLOAT32 [batch, channels, h', w']
     */
    public Value convolve(Value x, Filters filters, long stride, long... pads) {
        var numbers = filters.numbers();
        if (standard()) {
            var weights = dequantise(numbers, filters.scales(), 0);
            var bias = graph.multiply(
                    dequantise(filters.bias(), filters.scales(), 0),
                    graph.scalar(filters.input().scale()));
            return graph.convolve(quantise(x, filters.input()), weights, Optional.of(bias), stride, pads);
        }
        var dims = GraphBuilder.convolved(x, numbers, stride, pads);
        var operands = operands(quantise(x, filters.input()), filters.input());
        operands.addAll(List.of(numbers.name(), filters.scales().name(), matrixZero()));
        operands.addAll(scale(filters.output()));
        operands.add(filters.bias().name());
        var attributes = List.<Attribute>of(
                new Attribute.Ints("kernel_shape", numbers.size(2), numbers.size(3)),
                new Attribute.Ints("strides", stride, stride),
                new Attribute.Ints("pads", pads));
        long products =
                dims.get(0).nominal() * dims.get(2).nominal() * dims.get(3).nominal() * numbers.nominalElements();
        var made = graph.append(
                        "",
                        "QLinearConv",
                        operands,
                        List.of(new Value("", ElementType.UINT8, dims)),
                        attributes,
                        2 * products)
                .getFirst();
        return dequantise(made, filters.output());
    }

    private List<String> scale(InputScale scale) {
        return List.of(
                graph.scalar(scale.scale()).name(),
                graph.byteScalar(scale.zero()).name());
    }

    /**
     * The zero of a matrix is said even though it is the default, and of each matrix by itself: where signed numbers would overflow the engine makes matrix and zero unsigned, and it
     * fails at zeros that are not there or have been made unsigned before.
     */
    private String matrixZero() {
        return graph.ownSignedByte(0).name();
    }

    private static List<Dim> product(Value quantised, ChannelQuantised matrix) {
        if (quantised.size(-1) != matrix.numbers().size(0)) {
            throw new IllegalArgumentException("product of %s with %s".formatted(quantised, matrix.numbers()));
        }
        var dims = new ArrayList<>(quantised.dims());
        dims.set(dims.size() - 1, matrix.numbers().dim(1));
        return dims;
    }

    /**
     * Attention of texts to themselves (Vaswani et al. 2017), of which queries, keys and values are products in whole numbers.
     *
     * @param quantised UINT8 [batch, tokens, columns] by {@link #quantise}
     * @param input the same as there
     * @param matrix of queries, keys and values, one below the other
     * @param bias FLOAT32 [rows] of them
     * @param mask INT32 [batch, tokens], 0 for tokens that nothing sees
     * @return FLOAT32 [batch, tokens, rows / 3]
     */
    public Value attention(
            Value quantised, InputScale input, ChannelQuantised matrix, Value bias, int heads, Value mask) {
        var dims = product(quantised, matrix);
        long rows = dims.getLast().nominal();
        dims.set(dims.size() - 1, Dim.of(rows / 3));
        long products = 2 * quantised.nominalElements() * rows
                + 4
                        * quantised.nominalElements()
                        / quantised.size(-1)
                        * (rows / 3)
                        * mask.dim(1).nominal();
        var operands = List.of(
                quantised.name(),
                matrix.numbers().name(),
                bias.name(),
                graph.scalar(input.scale()).name(),
                matrix.scales().name(),
                mask.name(),
                graph.byteScalar(input.zero()).name(),
                matrixZero());
        return graph.append(
                        GraphBuilder.MICROSOFT,
                        "QAttention",
                        operands,
                        List.of(new Value("", ElementType.FLOAT32, dims)),
                        List.of(new Attribute.Int("num_heads", heads)),
                        products)
                .getFirst();
    }

    /** Rows of a matrix in blocks, as numbers: INT64 indices of any shape to that shape and the columns. */
    public Value gather(BlockQuantised matrix, Value packedAsRows, Value scalesAsRows, Value indices) {
        var dims = new ArrayList<>(indices.dims());
        dims.add(Dim.of(matrix.columns()));
        var attributes = List.<Attribute>of(
                new Attribute.Int("bits", matrix.bits()),
                new Attribute.Int("block_size", matrix.block()),
                new Attribute.Int("gather_axis", 0),
                new Attribute.Int("quantize_axis", 1));
        return graph.append(
                        GraphBuilder.MICROSOFT,
                        "GatherBlockQuantized",
                        List.of(packedAsRows.name(), indices.name(), scalesAsRows.name()),
                        List.of(new Value("", ElementType.FLOAT32, dims)),
                        attributes,
                        0)
                .getFirst();
    }
}
