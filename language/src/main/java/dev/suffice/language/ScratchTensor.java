package dev.suffice.language;

import dev.suffice.engine.ElementType;
import dev.suffice.engine.Shape;
import dev.suffice.engine.Tensor;
import org.jspecify.annotations.Nullable;

/** Native memory for one tensor at a time, of different sizes; what was in it is lost. Not thread-safe. */
final class ScratchTensor implements AutoCloseable {
    private @Nullable Tensor held;

    /** A tensor in it, valid until the next one. */
    Tensor tensor(ElementType type, Shape shape) {
        long bytes = Math.multiplyExact(shape.elements(), (long) type.byteSize());
        var memory = held;
        if (memory == null || memory.data().byteSize() < bytes) {
            close();
            // Texts grow token by token: some room more, so that it is not made anew for each.
            memory = Tensor.allocate(ElementType.UINT8, Shape.of(bytes + bytes / 4));
            held = memory;
        }
        return Tensor.view(memory.data().asSlice(0, bytes), type, shape);
    }

    @Override
    public void close() {
        if (held != null) {
            held.close();
            held = null;
        }
    }
}
