package dev.suffice.models.family;

import dev.suffice.engine.Shape;
import dev.suffice.models.ModelException;
import dev.suffice.models.onnx.OnnxFile;
import dev.suffice.models.quantise.MatrixRows;
import dev.suffice.models.quantise.StoredRows;
import dev.suffice.models.quantise.TransposedRows;
import dev.suffice.models.safetensors.SafetensorsFile;
import dev.suffice.models.safetensors.StoredTensor;
import dev.suffice.models.safetensors.Weights;
import java.lang.foreign.Arena;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The tensors of an encoder by the names of transformers' checkpoints, without the prefix that checkpoints with a head have, wherever they lie. Immutable.
 *
 * @param tensors by name
 * @param source for messages
 */
public record EncoderTensors(Map<String, Stored> tensors, String source) {
    private static final String BIAS = ".bias";

    /**
     * A tensor in a file.
     *
     * @param tensor as it lies there
     * @param transposed whether it is a matrix that lies there with rows and columns changed
     */
    public record Stored(StoredTensor tensor, boolean transposed) {
        /** As the checkpoint has it. */
        public Shape shape() {
            var shape = tensor.shape();
            return transposed ? Shape.of(shape.size(1), shape.size(0)) : shape;
        }

        /** The rows of a matrix; a vector is one row. They end with the arena. */
        public MatrixRows rows(Arena arena) {
            var data = SafetensorsFile.map(tensor, arena);
            if (transposed) {
                return new TransposedRows(tensor, data);
            }
            var shape = tensor.shape();
            var matrix = shape.rank() == 2 ? shape : Shape.of(1, shape.elements());
            return new StoredRows(
                    new StoredTensor(
                            tensor.name(), tensor.type(), matrix, tensor.file(), tensor.offset(), tensor.length()),
                    data);
        }
    }

    /** Copies the map. */
    public EncoderTensors {
        tensors = Map.copyOf(tensors);
    }

    /**
     * Those of a checkpoint, with or without a head.
     *
     * @param family whose prefix is taken off
     */
    public static EncoderTensors of(Weights weights, BertFamily family) {
        var found = new LinkedHashMap<String, Stored>();
        weights.tensors().forEach((name, tensor) -> {
            var plain = name.startsWith(family.prefix())
                    ? name.substring(family.prefix().length())
                    : name;
            found.put(plain, new Stored(tensor, false));
        });
        return new EncoderTensors(found, weights.folder().toString());
    }

    /**
     * Those of an exported model. Vectors and tables keep their names in exports; a matrix that a fully connected layer multiplies with is known by the layer's bias, which is
     * added to the product.
     *
     * @throws ModelException if there is no such layer
     */
    public static EncoderTensors of(OnnxFile file) {
        var found = new HashMap<String, Stored>();
        file.tensors().forEach((name, tensor) -> found.put(name, new Stored(tensor, false)));
        var products = new HashMap<String, StoredTensor>();
        var matrices = new HashSet<StoredTensor>();
        for (var operator : file.operators()) {
            if (operator.inputs().size() != 2 || operator.outputs().isEmpty()) {
                continue;
            }
            if (operator.type().equals("MatMul")) {
                Optional.ofNullable(file.tensors().get(operator.inputs().get(1)))
                        .filter(tensor -> tensor.shape().rank() == 2)
                        .ifPresent(tensor -> products.put(operator.outputs().getFirst(), tensor));
            } else if (operator.type().equals("Add")) {
                for (int side = 0; side < 2; side++) {
                    var bias = operator.inputs().get(side);
                    var matrix = products.get(operator.inputs().get(1 - side));
                    if (matrix != null && bias.endsWith(BIAS)) {
                        var layer = bias.substring(0, bias.length() - BIAS.length());
                        found.put(layer + ".weight", new Stored(matrix, true));
                        matrices.add(matrix);
                    }
                }
            }
        }
        if (matrices.isEmpty()) {
            throw new ModelException(
                    "%s: no fully connected layers with the names of their checkpoint: export it with PyTorch's exporter, or use the checkpoint itself"
                            .formatted(file.path()));
        }
        matrices.forEach(matrix -> found.remove(matrix.name()));
        return new EncoderTensors(found, file.path().toString());
    }
}
