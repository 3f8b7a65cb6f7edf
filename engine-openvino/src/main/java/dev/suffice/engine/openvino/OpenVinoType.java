package dev.suffice.engine.openvino;

import dev.suffice.engine.ElementType;
import dev.suffice.engine.EngineException;
import java.util.Arrays;

/** OpenVINO's numbers for element types ({@code ov_element_type_e}). */
final class OpenVinoType {
    private OpenVinoType() {}

    static ElementType of(int code) {
        return Arrays.stream(ElementType.values())
                .filter(type -> code(type) == code)
                .findFirst()
                .orElseThrow(() -> new EngineException(
                        "element type %d of OpenVINO: not supported for inputs and outputs".formatted(code)));
    }

    static int code(ElementType type) {
        return switch (type) {
            case BOOL -> 1;
            case BFLOAT16 -> 2;
            case FLOAT16 -> 3;
            case FLOAT32 -> 4;
            case FLOAT64 -> 5;
            case INT8 -> 7;
            case INT16 -> 8;
            case INT32 -> 9;
            case INT64 -> 10;
            case UINT8 -> 16;
            case UINT16 -> 17;
            case UINT32 -> 18;
            case UINT64 -> 19;
            case FLOAT8_E4M3 -> 21;
            case FLOAT8_E5M2 -> 22;
        };
    }
}
