package dev.suffice.models.gguf;

import static dev.suffice.models.gguf.PlainBlocks.half;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Blocks of 32 numbers: a scale {@code d} in half precision, for some a minimum {@code m} after it, then the quants
 * {@code q}. A number is {@code d * (q - zero)} or {@code d * q + m}. Of quants of 4 bits, byte {@code i} holds number
 * {@code i} below and number {@code i + 16} above; the fifth bits of all 32 stand before them in one word.
 */
final class SmallBlocks {
    private static final int SIZE = 32;
    private static final int HALF = SIZE / 2;

    private SmallBlocks() {}

    static void q4Zero(MemorySegment source, long first, int blocks, float[] target, int at) {
        for (int block = 0; block < blocks; block++) {
            var start = (first + block) * GgufType.Q4_0.blockBytes();
            nibbles(source, start + 2, half(source, start), -8, 0, target, at + block * SIZE);
        }
    }

    static void q4Minimum(MemorySegment source, long first, int blocks, float[] target, int at) {
        for (int block = 0; block < blocks; block++) {
            var start = (first + block) * GgufType.Q4_1.blockBytes();
            nibbles(source, start + 4, half(source, start), 0, half(source, start + 2), target, at + block * SIZE);
        }
    }

    static void q5Zero(MemorySegment source, long first, int blocks, float[] target, int at) {
        for (int block = 0; block < blocks; block++) {
            var start = (first + block) * GgufType.Q5_0.blockBytes();
            fives(source, start + 2, half(source, start), -16, 0, target, at + block * SIZE);
        }
    }

    static void q5Minimum(MemorySegment source, long first, int blocks, float[] target, int at) {
        for (int block = 0; block < blocks; block++) {
            var start = (first + block) * GgufType.Q5_1.blockBytes();
            fives(source, start + 4, half(source, start), 0, half(source, start + 2), target, at + block * SIZE);
        }
    }

    static void q8Zero(MemorySegment source, long first, int blocks, float[] target, int at) {
        for (int block = 0; block < blocks; block++) {
            var start = (first + block) * GgufType.Q8_0.blockBytes();
            var scale = half(source, start);
            for (int i = 0; i < SIZE; i++) {
                target[at + block * SIZE + i] = scale * source.get(ValueLayout.JAVA_BYTE, start + 2 + i);
            }
        }
    }

    private static void nibbles(
            MemorySegment source, long quants, float scale, int zero, float minimum, float[] target, int at) {
        for (int i = 0; i < HALF; i++) {
            int pair = source.get(ValueLayout.JAVA_BYTE, quants + i);
            target[at + i] = scale * ((pair & 0xF) + zero) + minimum;
            target[at + i + HALF] = scale * (((pair >> 4) & 0xF) + zero) + minimum;
        }
    }

    private static void fives(
            MemorySegment source, long fifths, float scale, int zero, float minimum, float[] target, int at) {
        var fifth = source.get(PlainBlocks.INT, fifths);
        for (int i = 0; i < HALF; i++) {
            int pair = source.get(ValueLayout.JAVA_BYTE, fifths + Integer.BYTES + i);
            var low = (pair & 0xF) | (((fifth >>> i) & 1) << 4);
            var high = ((pair >> 4) & 0xF) | (((fifth >>> (i + HALF)) & 1) << 4);
            target[at + i] = scale * (low + zero) + minimum;
            target[at + i + HALF] = scale * (high + zero) + minimum;
        }
    }
}
