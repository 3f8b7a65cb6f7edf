package dev.suffice.models.gguf;

import java.util.Arrays;
import java.util.Optional;

/** The types of metadata. The bytes of one value; of a text or a list, those it has at least. */
enum ValueType {
    UINT8(0, 1),
    INT8(1, 1),
    UINT16(2, 2),
    INT16(3, 2),
    UINT32(4, 4),
    INT32(5, 4),
    FLOAT32(6, 4),
    BOOL(7, 1),
    TEXT(8, 8),
    LIST(9, 12),
    UINT64(10, 8),
    INT64(11, 8),
    FLOAT64(12, 8);

    private final int id;
    private final int bytes;

    ValueType(int id, int bytes) {
        this.id = id;
        this.bytes = bytes;
    }

    static Optional<ValueType> of(int id) {
        return Arrays.stream(values()).filter(type -> type.id == id).findFirst();
    }

    int id() {
        return id;
    }

    int bytes() {
        return bytes;
    }

    boolean whole() {
        return switch (this) {
            case UINT8, INT8, UINT16, INT16, UINT32, INT32, UINT64, INT64 -> true;
            case FLOAT32, FLOAT64, BOOL, TEXT, LIST -> false;
        };
    }

    boolean number() {
        return whole() || this == FLOAT32 || this == FLOAT64;
    }
}
