package dev.suffice.engine;

import java.util.List;
import java.util.OptionalLong;

/**
 * A network, or a segment of one, that an engine can open.
 *
 * @param name for messages, e.g. {@code unet}
 * @param content operators and weights
 * @param cutPoints where it can be cut, in execution order; empty for an exported model
 * @param flops floating-point operations of one batch element (1 multiply-add = 2); empty where not counted
 * @param weightBytes memory that the weights take as 32-bit floats; empty where not counted
 */
public record Graph(
        String name, GraphContent content, List<CutPoint> cutPoints, OptionalLong flops, OptionalLong weightBytes) {
    /** Copies the list. */
    public Graph {
        cutPoints = List.copyOf(cutPoints);
    }

    /** A model that was exported by others: nothing is known of what is in it. */
    public static Graph exported(String name, GraphContent content) {
        return new Graph(name, content, List.of(), OptionalLong.empty(), OptionalLong.empty());
    }
}
