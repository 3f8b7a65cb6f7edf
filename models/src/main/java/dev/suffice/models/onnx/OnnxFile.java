package dev.suffice.models.onnx;

import dev.suffice.engine.ElementType;
import dev.suffice.engine.Shape;
import dev.suffice.engine.onnx.OnnxType;
import dev.suffice.engine.onnx.ProtoException;
import dev.suffice.engine.onnx.ProtoReader;
import dev.suffice.models.ModelException;
import dev.suffice.models.safetensors.StoredTensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The operators of an ONNX model that others exported, and its constants where they lie in the file. Immutable; holds no file open. For taking over weights: attributes and
 * subgraphs are passed over.
 *
 * @param path the file
 * @param tensors constants by name: those whose bytes lie in the file as they are in memory
 * @param operators in the file's order
 */
public record OnnxFile(Path path, Map<String, StoredTensor> tensors, List<Operator> operators) {
    /** Axes of a tensor. */
    private static final int MAX_RANK = 8;

    /** Operators and constants of a graph. */
    private static final int MAX_COUNT = 1 << 20;

    /**
     * An operator.
     *
     * @param type e.g. {@code MatMul}
     * @param inputs names; empty for one that is left out
     * @param outputs names
     */
    public record Operator(String type, List<String> inputs, List<String> outputs) {
        /** Copies the lists. */
        public Operator {
            inputs = List.copyOf(inputs);
            outputs = List.copyOf(outputs);
        }
    }

    /** Copies the collections. */
    public OnnxFile {
        tensors = Map.copyOf(tensors);
        operators = List.copyOf(operators);
    }

    /**
     * Reads a file.
     *
     * @throws ModelException if it is missing, truncated or not an ONNX model
     */
    public static OnnxFile read(Path path) {
        try (var channel = FileChannel.open(path, StandardOpenOption.READ);
                var arena = Arena.ofConfined()) {
            var file = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
            return new Reading(path, file).model();
        } catch (ProtoException e) {
            throw new ModelException(String.valueOf(e.getMessage()), e);
        } catch (NoSuchFileException e) {
            throw new ModelException("%s: no such file".formatted(path), e);
        } catch (IOException e) {
            throw new ModelException("%s: cannot be read: %s".formatted(path, e.getMessage()), e);
        }
    }

    /** The messages of the format: ModelProto, GraphProto, NodeProto, TensorProto, by the numbers of their fields. */
    private static final class Reading {
        private final Path path;
        private final MemorySegment file;
        private final Map<String, StoredTensor> tensors = new LinkedHashMap<>();
        private final List<Operator> operators = new ArrayList<>();

        Reading(Path path, MemorySegment file) {
            this.path = path;
            this.file = file;
        }

        OnnxFile model() {
            var model = new ProtoReader(path.toString(), file, 0, file.byteSize());
            boolean found = false;
            while (model.next()) {
                if (model.field() == 7 && model.wireType() == ProtoReader.BYTES) {
                    graph(model.message());
                    found = true;
                } else {
                    model.skip();
                }
            }
            if (!found) {
                throw new ModelException("%s: has no graph: not an ONNX model".formatted(path));
            }
            return new OnnxFile(path, tensors, operators);
        }

        private void graph(ProtoReader graph) {
            while (graph.next()) {
                switch (graph.field()) {
                    case 1 -> operators.add(operator(graph.message()));
                    case 5 -> tensor(graph.message());
                    default -> graph.skip();
                }
                if (operators.size() > MAX_COUNT || tensors.size() > MAX_COUNT) {
                    throw graph.damaged("more than %d operators or constants".formatted(MAX_COUNT));
                }
            }
        }

        private static Operator operator(ProtoReader node) {
            var inputs = new ArrayList<String>();
            var outputs = new ArrayList<String>();
            var type = "";
            while (node.next()) {
                switch (node.field()) {
                    case 1 -> inputs.add(node.text());
                    case 2 -> outputs.add(node.text());
                    case 4 -> type = node.text();
                    default -> node.skip();
                }
            }
            return new Operator(type, inputs, outputs);
        }

        private void tensor(ProtoReader tensor) {
            var sizes = new ArrayList<Long>();
            long type = 0;
            var name = "";
            var data = new ProtoReader.Range(0, -1);
            while (tensor.next()) {
                switch (tensor.field()) {
                    case 1 -> tensor.numbers(sizes, MAX_RANK);
                    case 2 -> type = tensor.number();
                    case 8 -> name = tensor.text();
                    // Values of 32-bit floats may also be a packed list, which looks the same.
                    case 4 -> {
                        if (tensor.wireType() == ProtoReader.BYTES) {
                            data = tensor.bytes();
                        } else {
                            tensor.skip();
                        }
                    }
                    case 9 -> data = tensor.bytes();
                    default -> tensor.skip();
                }
            }
            var elements = OnnxType.of(type);
            if (data.length() < 0 || elements.isEmpty()) {
                return; // in another file, or of a kind that weights do not have
            }
            var shape = shape(tensor, sizes, data.length(), elements.get());
            if (shape.elements() * elements.get().byteSize() == data.length()) {
                tensors.put(name, new StoredTensor(name, elements.get(), shape, path, data.start(), data.length()));
            }
        }

        private static Shape shape(ProtoReader tensor, List<Long> sizes, long bytes, ElementType type) {
            long elements = 1;
            for (long size : sizes) {
                if (size < 0 || (size > 0 && elements > bytes / type.byteSize() / size)) {
                    throw tensor.damaged("a tensor of sizes %s in %d bytes".formatted(sizes, bytes));
                }
                elements *= size;
            }
            return Shape.of(sizes.stream().mapToLong(Long::longValue).toArray());
        }
    }
}
