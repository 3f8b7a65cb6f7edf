package dev.suffice.engine.onnx;

import dev.suffice.engine.ElementType;
import java.util.Arrays;
import java.util.Optional;

/** ONNX's numbers for element types (TensorProto.DataType). */
public final class OnnxType {
    private OnnxType() {}

    /** The type of a number, if it is one of ours. */
    public static Optional<ElementType> of(long code) {
        return Arrays.stream(ElementType.values())
                .filter(type -> code(type) == code)
                .findFirst();
    }

    /** The number of a type. */
    public static int code(ElementType type) {
        return switch (type) {
            case FLOAT32 -> 1;
            case UINT8 -> 2;
            case INT8 -> 3;
            case UINT16 -> 4;
            case INT16 -> 5;
            case INT32 -> 6;
            case INT64 -> 7;
            case BOOL -> 9;
            case FLOAT16 -> 10;
            case FLOAT64 -> 11;
            case UINT32 -> 12;
            case UINT64 -> 13;
            case BFLOAT16 -> 16;
            case FLOAT8_E4M3 -> 17;
            case FLOAT8_E5M2 -> 19;
        };
    }
}
