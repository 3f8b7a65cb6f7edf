package dev.suffice.engine;

import java.util.List;

/**
 * A place where a graph can be cut: everything after it follows from the values named here.
 *
 * @param name e.g. {@code down_blocks.1} or {@code layers.6}
 * @param values names of the graph's values that cross the cut
 * @param flops floating-point operations up to the cut, per batch element
 */
public record CutPoint(String name, List<String> values, long flops) {
    /** Copies the list. */
    public CutPoint {
        values = List.copyOf(values);
    }
}
