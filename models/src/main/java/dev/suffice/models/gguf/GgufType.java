package dev.suffice.models.gguf;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How a tensor's numbers are stored: in blocks of {@link #blockSize()} numbers, each of {@link #blockBytes()} bytes,
 * little-endian. Types without a decoder can be listed, but not computed with.
 */
public enum GgufType {
    /** Single precision. */
    F32(0, 1, 4),
    /** Half precision. */
    F16(1, 1, 2),
    /** The upper half of single precision. */
    BF16(30, 1, 2),
    /** 4 bits around 0, one scale. */
    Q4_0(2, 32, 18),
    /** 4 bits from a minimum, one scale. */
    Q4_1(3, 32, 20),
    /** 5 bits around 0, one scale. */
    Q5_0(6, 32, 22),
    /** 5 bits from a minimum, one scale. */
    Q5_1(7, 32, 24),
    /** 8 bits around 0, one scale. */
    Q8_0(8, 32, 34),
    /** 2 bits from a minimum, scales of 4 bits. */
    Q2_K(10, 256, 84),
    /** 3 bits around 0, scales of 6 bits. */
    Q3_K(11, 256, 110),
    /** 4 bits from a minimum, scales of 6 bits. */
    Q4_K(12, 256, 144),
    /** 5 bits from a minimum, scales of 6 bits. */
    Q5_K(13, 256, 176),
    /** 6 bits around 0, scales of 8 bits. */
    Q6_K(14, 256, 210),
    /** Not decoded. */
    Q8_1(9, 32, 40),
    /** Not decoded. */
    Q8_K(15, 256, 292),
    /** Not decoded. */
    IQ2_XXS(16, 256, 66),
    /** Not decoded. */
    IQ2_XS(17, 256, 74),
    /** Not decoded. */
    IQ3_XXS(18, 256, 98),
    /** Not decoded. */
    IQ1_S(19, 256, 50),
    /** Not decoded. */
    IQ4_NL(20, 32, 18),
    /** Not decoded. */
    IQ3_S(21, 256, 110),
    /** Not decoded. */
    IQ2_S(22, 256, 82),
    /** Not decoded. */
    IQ4_XS(23, 256, 136),
    /** Not decoded. */
    I8(24, 1, 1),
    /** Not decoded. */
    I16(25, 1, 2),
    /** Not decoded. */
    I32(26, 1, 4),
    /** Not decoded. */
    I64(27, 1, 8),
    /** Not decoded. */
    F64(28, 1, 8),
    /** Not decoded. */
    IQ1_M(29, 256, 56),
    /** Not decoded. */
    TQ1_0(34, 256, 54),
    /** Not decoded. */
    TQ2_0(35, 256, 66),
    /** Not decoded. */
    MXFP4(39, 32, 17),
    /** Not decoded. */
    NVFP4(40, 64, 36),
    /** Not decoded. */
    Q1_0(41, 128, 18);

    private final int id;
    private final int blockSize;
    private final int blockBytes;

    GgufType(int id, int blockSize, int blockBytes) {
        this.id = id;
        this.blockSize = blockSize;
        this.blockBytes = blockBytes;
    }

    /** The type of that number in a file. */
    public static Optional<GgufType> of(int id) {
        return Arrays.stream(values()).filter(type -> type.id == id).findFirst();
    }

    /** Its number in a file. */
    public int id() {
        return id;
    }

    /** Numbers in a block. */
    public int blockSize() {
        return blockSize;
    }

    /** Bytes of a block. */
    public int blockBytes() {
        return blockBytes;
    }

    /** What decodes it, unless it can only be listed. */
    public Optional<BlockDecoder> decoder() {
        return Optional.ofNullable(
                switch (this) {
                    case F32 -> PlainBlocks::f32;
                    case F16 -> PlainBlocks::f16;
                    case BF16 -> PlainBlocks::bf16;
                    case Q4_0 -> SmallBlocks::q4Zero;
                    case Q4_1 -> SmallBlocks::q4Minimum;
                    case Q5_0 -> SmallBlocks::q5Zero;
                    case Q5_1 -> SmallBlocks::q5Minimum;
                    case Q8_0 -> SmallBlocks::q8Zero;
                    case Q2_K -> SuperBlocks::q2;
                    case Q3_K -> SuperBlocks::q3;
                    case Q4_K -> SuperBlocks::q4;
                    case Q5_K -> SuperBlocks::q5;
                    case Q6_K -> SuperBlocks::q6;
                    default -> null;
                });
    }

    /** The names of those that have a decoder. */
    static String decodable() {
        return Stream.of(values())
                .filter(type -> type.decoder().isPresent())
                .map(Enum::name)
                .collect(Collectors.joining(", "));
    }
}
