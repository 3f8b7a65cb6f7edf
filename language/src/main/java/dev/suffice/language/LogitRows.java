package dev.suffice.language;

import dev.suffice.engine.ElementType;
import dev.suffice.engine.Shape;
import dev.suffice.engine.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Logits of an exported network, which gives those of all tokens of a pass, of whom the last ones are wanted, as 32-bit floats. Not thread-safe; holds native memory until closed. */
final class LogitRows implements AutoCloseable {
    private static final ValueLayout.OfShort HALF = ValueLayout.JAVA_SHORT_UNALIGNED;

    private final ElementType type;
    private final ScratchTensor scratch = new ScratchTensor();

    LogitRows(ElementType type) {
        this.type = type;
    }

    /**
     * Where the network writes.
     *
     * @param tokens of the pass
     * @param wanted FLOAT32 [1, rows, vocabulary]; used itself where that will do
     */
    Tensor of(int tokens, Tensor wanted) {
        long vocabulary = wanted.shape().size(2);
        return type == ElementType.FLOAT32 && wanted.shape().size(1) == tokens
                ? wanted
                : scratch.tensor(type, Shape.of(1, tokens, vocabulary));
    }

    /** Copies the last rows. */
    void copy(Tensor made, Tensor wanted) {
        if (made == wanted) {
            return;
        }
        long elements = wanted.shape().elements();
        long first = made.shape().elements() - elements;
        var from = made.data().asSlice(first * type.byteSize(), elements * type.byteSize());
        var to = wanted.data();
        switch (type) {
            case FLOAT32 -> MemorySegment.copy(from, 0, to, 0, elements * Float.BYTES);
            case FLOAT16 -> {
                for (long i = 0; i < elements; i++) {
                    to.setAtIndex(ValueLayout.JAVA_FLOAT, i, Float.float16ToFloat(from.getAtIndex(HALF, i)));
                }
            }
            case BFLOAT16 -> {
                for (long i = 0; i < elements; i++) {
                    to.setAtIndex(ValueLayout.JAVA_INT, i, from.getAtIndex(HALF, i) << 16);
                }
            }
            default -> throw new IllegalStateException("logits of " + type);
        }
    }

    @Override
    public void close() {
        scratch.close();
    }
}
