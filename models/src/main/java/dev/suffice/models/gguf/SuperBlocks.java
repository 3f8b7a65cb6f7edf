package dev.suffice.models.gguf;

import static dev.suffice.models.gguf.PlainBlocks.half;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The "K" types: blocks of 256 numbers, in groups of 16 or 32 that each have a scale, and for some a minimum, of few
 * bits; those are scaled by {@code d} and {@code dmin} in half precision. A number is {@code (d * scale) * (q - zero)}
 * or {@code (d * scale) * q - dmin * minimum}.
 *
 * <p>Where quants share bytes, they do so across groups: byte {@code i} of a stretch of 32 bytes holds number {@code i}
 * of several runs of 32 numbers, the first run in the lowest bits.
 */
final class SuperBlocks {
    private static final int SIZE = 256;
    private static final int RUN = 32;
    private static final int GROUP = 16;

    private SuperBlocks() {}

    /** 16 bytes of scales (low half) and minima (high half), 64 of quants, d, dmin. */
    static void q2(MemorySegment source, long first, int blocks, float[] target, int at) {
        for (int block = 0; block < blocks; block++) {
            var start = (first + block) * GgufType.Q2_K.blockBytes();
            var d = half(source, start + 80);
            var least = half(source, start + 82);
            for (int i = 0; i < SIZE; i++) {
                var group = unsigned(source, start + i / GROUP);
                var quant = (unsigned(source, start + 16 + quarter(i)) >> quarterShift(i)) & 3;
                target[at + block * SIZE + i] = d * (group & 0xF) * quant - least * (group >> 4);
            }
        }
    }

    /** 32 bytes of third bits, 64 of lower two bits, 12 of scales, d. A third bit of 0 stands for -4. */
    static void q3(MemorySegment source, long first, int blocks, float[] target, int at) {
        for (int block = 0; block < blocks; block++) {
            var start = (first + block) * GgufType.Q3_K.blockBytes();
            var d = half(source, start + 108);
            for (int i = 0; i < SIZE; i++) {
                var third = (unsigned(source, start + i % RUN) >> (i / RUN)) & 1;
                var quant = (unsigned(source, start + RUN + quarter(i)) >> quarterShift(i)) & 3;
                target[at + block * SIZE + i] = d * scale3(source, start + 96, i / GROUP) * (quant + 4 * third - 4);
            }
        }
    }

    /** d, dmin, 12 bytes of scales and minima, 128 of quants. */
    static void q4(MemorySegment source, long first, int blocks, float[] target, int at) {
        for (int block = 0; block < blocks; block++) {
            var start = (first + block) * GgufType.Q4_K.blockBytes();
            var d = half(source, start);
            var least = half(source, start + 2);
            for (int run = 0; run < SIZE / RUN; run++) {
                var scale = d * scale(source, start + 4, run);
                var minimum = least * minimum(source, start + 4, run);
                var quants = start + 16 + (long) (run / 2) * RUN;
                var shift = run % 2 * 4;
                var to = at + block * SIZE + run * RUN;
                for (int i = 0; i < RUN; i++) {
                    target[to + i] = scale * ((unsigned(source, quants + i) >> shift) & 0xF) - minimum;
                }
            }
        }
    }

    /** d, dmin, 12 bytes of scales and minima, 32 of fifth bits, 128 of lower four bits. */
    static void q5(MemorySegment source, long first, int blocks, float[] target, int at) {
        for (int block = 0; block < blocks; block++) {
            var start = (first + block) * GgufType.Q5_K.blockBytes();
            var d = half(source, start);
            var least = half(source, start + 2);
            for (int run = 0; run < SIZE / RUN; run++) {
                var scale = d * scale(source, start + 4, run);
                var minimum = least * minimum(source, start + 4, run);
                var quants = start + 48 + (long) (run / 2) * RUN;
                var shift = run % 2 * 4;
                var to = at + block * SIZE + run * RUN;
                for (int i = 0; i < RUN; i++) {
                    var fifth = (unsigned(source, start + 16 + i) >> run) & 1;
                    var quant = ((unsigned(source, quants + i) >> shift) & 0xF) | (fifth << 4);
                    target[to + i] = scale * quant - minimum;
                }
            }
        }
    }

    /** 128 bytes of lower four bits, 64 of upper two, 16 signed scales, d. Lower bits are shared by runs 64 apart. */
    static void q6(MemorySegment source, long first, int blocks, float[] target, int at) {
        for (int block = 0; block < blocks; block++) {
            var start = (first + block) * GgufType.Q6_K.blockBytes();
            var d = half(source, start + 208);
            for (int i = 0; i < SIZE; i++) {
                var low = (unsigned(source, start + i / 128 * 64L + i % 64) >> (i % 128 / 64 * 4)) & 0xF;
                var high = (unsigned(source, start + 128 + quarter(i)) >> quarterShift(i)) & 3;
                var scale = d * source.get(ValueLayout.JAVA_BYTE, start + 192 + i / GROUP);
                target[at + block * SIZE + i] = scale * ((low | (high << 4)) - 32);
            }
        }
    }

    /** Of 64 bytes that hold two bits of 256 numbers: the byte of number i. */
    private static int quarter(int i) {
        return i / 128 * RUN + i % RUN;
    }

    /** Where in that byte they are. */
    private static int quarterShift(int i) {
        return i % 128 / RUN * 2;
    }

    /** 16 scales of 6 bits less 32: low four bits in bytes 0 to 7, first the low halves; high bits in 8 to 11. */
    private static int scale3(MemorySegment source, long scales, int group) {
        var low = (unsigned(source, scales + group % 8) >> (group / 8 * 4)) & 0xF;
        var high = (unsigned(source, scales + 8 + group % 4) >> (group / 4 * 2)) & 3;
        return (low | (high << 4)) - 32;
    }

    /** 8 scales of 6 bits: four in bytes 0 to 3, four in the low halves of bytes 8 to 11 with their upper bits on top of 0 to 3. */
    private static int scale(MemorySegment source, long scales, int run) {
        return run < 4
                ? unsigned(source, scales + run) & 0x3F
                : (unsigned(source, scales + 4 + run) & 0xF) | ((unsigned(source, scales + run - 4) >> 6) << 4);
    }

    /** 8 minima of 6 bits: as the scales, in bytes 4 to 7, the high halves of 8 to 11, and on top of 4 to 7. */
    private static int minimum(MemorySegment source, long scales, int run) {
        return run < 4
                ? unsigned(source, scales + 4 + run) & 0x3F
                : (unsigned(source, scales + 4 + run) >> 4) | ((unsigned(source, scales + run) >> 6) << 4);
    }

    private static int unsigned(MemorySegment source, long position) {
        return source.get(ValueLayout.JAVA_BYTE, position) & 0xFF;
    }
}
