package dev.suffice.engine;

import java.util.List;

/**
 * Name, type and shape of a session's input or output.
 *
 * @param name unique among the session's inputs or outputs
 * @param type element type
 * @param sizes sizes of the axes, {@link #DYNAMIC} where any size is accepted
 */
public record TensorSpec(String name, ElementType type, List<Long> sizes) {
    /** An axis whose size is known only when the session runs. */
    public static final long DYNAMIC = -1;

    /** Copies the list. */
    public TensorSpec {
        sizes = List.copyOf(sizes);
    }

    /** Whether a tensor of this shape fits. */
    public boolean accepts(Shape shape) {
        if (shape.rank() != sizes.size()) {
            return false;
        }
        for (int axis = 0; axis < shape.rank(); axis++) {
            if (sizes.get(axis) != DYNAMIC && sizes.get(axis) != shape.size(axis)) {
                return false;
            }
        }
        return true;
    }
}
