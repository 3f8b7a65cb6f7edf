package dev.suffice.engine;

/** Type of a tensor's elements, as they lie in memory (little-endian). */
public enum ElementType {
    /** IEEE 754 binary64. */
    FLOAT64(8),
    /** IEEE 754 binary32. */
    FLOAT32(4),
    /** IEEE 754 binary16. */
    FLOAT16(2),
    /** The upper half of a binary32. */
    BFLOAT16(2),
    /** 8-bit float: 4 exponent bits, 3 mantissa bits, no infinities. */
    FLOAT8_E4M3(1),
    /** 8-bit float: 5 exponent bits, 2 mantissa bits. */
    FLOAT8_E5M2(1),
    /** Signed, 64 bits. */
    INT64(8),
    /** Signed, 32 bits. */
    INT32(4),
    /** Signed, 16 bits. */
    INT16(2),
    /** Signed, 8 bits. */
    INT8(1),
    /** Unsigned, 64 bits. */
    UINT64(8),
    /** Unsigned, 32 bits. */
    UINT32(4),
    /** Unsigned, 16 bits. */
    UINT16(2),
    /** Unsigned, 8 bits. */
    UINT8(1),
    /** One byte, 0 or 1. */
    BOOL(1);

    private final int byteSize;

    ElementType(int byteSize) {
        this.byteSize = byteSize;
    }

    /** Bytes of one element. */
    public int byteSize() {
        return byteSize;
    }
}
