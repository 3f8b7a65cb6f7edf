package dev.suffice.models.quantise;

import dev.suffice.engine.ElementType;
import dev.suffice.engine.Shape;
import dev.suffice.models.ModelException;
import dev.suffice.models.safetensors.StoredTensor;
import dev.suffice.models.safetensors.Weights;

/**
 * A matrix that {@link ChannelQuantiser} wrote. Immutable.
 *
 * @param numbers INT8 [columns, rows]
 * @param scales FLOAT32 [rows]
 * @param input what its input is quantised to
 */
public record ChannelMatrix(StoredTensor numbers, StoredTensor scales, InputScale input) {
    /** Whether a matrix of that path is one. */
    public static boolean present(Weights weights, String path) {
        return weights.contains(path + ChannelQuantiser.NUMBERS);
    }

    /**
     * Reads where its parts are.
     *
     * @param path without the ending {@code .weight}
     * @throws ModelException if a part is missing, or is of another type or shape
     */
    public static ChannelMatrix read(Weights weights, String path, long rows, long columns) {
        var numbers = weights.require(path + ChannelQuantiser.NUMBERS, Shape.of(columns, rows));
        if (numbers.type() != ElementType.INT8) {
            throw new ModelException(
                    "%s: tensor %s: %s: must be INT8".formatted(numbers.file(), numbers.name(), numbers.type()));
        }
        var scales = weights.require(path + ChannelQuantiser.SCALES, Shape.of(rows));
        return new ChannelMatrix(numbers, scales, InputScale.read(weights, path + ChannelQuantiser.INPUT));
    }
}
