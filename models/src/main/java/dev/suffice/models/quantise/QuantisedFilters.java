package dev.suffice.models.quantise;

import dev.suffice.engine.ElementType;
import dev.suffice.engine.Shape;
import dev.suffice.models.ModelException;
import dev.suffice.models.safetensors.StoredTensor;
import dev.suffice.models.safetensors.Weights;

/**
 * A convolution that {@link FilterQuantiser} wrote. Immutable.
 *
 * @param numbers INT8 [channels, C, k, k]
 * @param scales FLOAT32 [channels], what a number of each filter stands for
 * @param bias INT32 [channels], of which each stands for the input's scale times the filter's
 * @param input what its input is quantised to
 * @param output what it makes is quantised to
 */
public record QuantisedFilters(
        StoredTensor numbers, StoredTensor scales, StoredTensor bias, InputScale input, InputScale output) {
    /** Whether a convolution of that path is one. */
    public static boolean present(Weights weights, String path) {
        return weights.contains(path + FilterQuantiser.NUMBERS);
    }

    /**
     * Reads where its parts are.
     *
     * @param path without the ending {@code .weight}
     * @throws ModelException if a part is missing, or is of another type or shape
     */
    public static QuantisedFilters read(Weights weights, String path, long channels, long depth, long kernel) {
        var numbers = typed(
                weights.require(path + FilterQuantiser.NUMBERS, Shape.of(channels, depth, kernel, kernel)),
                ElementType.INT8);
        var scales = typed(weights.require(path + FilterQuantiser.SCALES, Shape.of(channels)), ElementType.FLOAT32);
        var bias = typed(weights.require(path + FilterQuantiser.BIAS, Shape.of(channels)), ElementType.INT32);
        return new QuantisedFilters(
                numbers,
                scales,
                bias,
                InputScale.read(weights, path + FilterQuantiser.INPUT),
                InputScale.read(weights, path + FilterQuantiser.OUTPUT));
    }

    private static StoredTensor typed(StoredTensor tensor, ElementType type) {
        if (tensor.type() != type) {
            throw new ModelException(
                    "%s: tensor %s: %s: must be %s".formatted(tensor.file(), tensor.name(), tensor.type(), type));
        }
        return tensor;
    }
}
