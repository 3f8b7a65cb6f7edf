package dev.suffice.models.gguf;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Numbers that stand by themselves: a block is one number. */
final class PlainBlocks {
    static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private PlainBlocks() {}

    static void f32(MemorySegment source, long first, int blocks, float[] target, int at) {
        MemorySegment.copy(source, FLOAT, first * Float.BYTES, target, at, blocks);
    }

    static void f16(MemorySegment source, long first, int blocks, float[] target, int at) {
        for (int i = 0; i < blocks; i++) {
            target[at + i] = half(source, (first + i) * Short.BYTES);
        }
    }

    static void bf16(MemorySegment source, long first, int blocks, float[] target, int at) {
        for (int i = 0; i < blocks; i++) {
            target[at + i] = Float.intBitsToFloat(source.get(SHORT, (first + i) * Short.BYTES) << 16);
        }
    }

    /** The half precision number at a byte. */
    static float half(MemorySegment source, long position) {
        return Float.float16ToFloat(source.get(SHORT, position));
    }
}
