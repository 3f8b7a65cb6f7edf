package dev.suffice.models.onnx;

import dev.suffice.engine.ElementType;
import java.util.List;

/**
 * A tensor in a graph being built: an input, a constant, or what an operator computes.
 *
 * @param name unique in the graph
 * @param type element type
 * @param dims sizes of the axes, outermost first
 */
public record Value(String name, ElementType type, List<Dim> dims) {
    /** Copies the list. */
    public Value {
        dims = List.copyOf(dims);
    }

    /** Number of axes. */
    public int rank() {
        return dims.size();
    }

    /** An axis; negative counts from the last. */
    public Dim dim(int axis) {
        return dims.get(axis < 0 ? axis + dims.size() : axis);
    }

    /**
     * A known size; negative axes count from the last.
     *
     * @throws IllegalStateException if the size is known only when the graph runs
     */
    public long size(int axis) {
        return switch (dim(axis)) {
            case Dim.Fixed(var size) -> size;
            case Dim.Symbol symbol ->
                throw new IllegalStateException(
                        "%s: axis %d is %s, not a known size".formatted(name, axis, symbol.name()));
        };
    }

    /** Product of the sizes, symbols at their nominal size. */
    long nominalElements() {
        return dims.stream().mapToLong(Dim::nominal).reduce(1, Math::multiplyExact);
    }
}
