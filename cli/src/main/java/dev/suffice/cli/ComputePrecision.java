package dev.suffice.cli;

import dev.suffice.core.InvalidRequestException;
import dev.suffice.engine.SessionOptions;
import java.util.HashMap;

/** What networks of images compute with: {@code --precision}. */
public final class ComputePrecision {
    /** As the models are. */
    public static final String FLOAT32 = "float32";

    /** The first 16 bits of a float32. */
    public static final String BFLOAT16 = "bfloat16";

    private static final String ENGINE = "openvino";
    private static final String PROPERTY = "INFERENCE_PRECISION_HINT";

    private ComputePrecision() {}

    /**
     * Options of sessions that compute with a precision. Whether the processor has it, the engine checks.
     *
     * @param engine as it was asked for
     * @throws InvalidRequestException if there is no such precision, or the engine has only float32
     */
    public static SessionOptions of(String precision, String engine, SessionOptions options) {
        if (precision.equals(FLOAT32)) {
            return options;
        }
        if (!precision.equals(BFLOAT16)) {
            throw new InvalidRequestException("precision %s: must be %s or %s".formatted(precision, FLOAT32, BFLOAT16));
        }
        if (!engine.equals(ENGINE)) {
            throw new InvalidRequestException("precision %s: only the engine %s has it; choose it with --engine %s"
                    .formatted(precision, ENGINE, ENGINE));
        }
        var properties = new HashMap<>(options.properties());
        properties.put(PROPERTY, "bf16");
        return options.withProperties(properties);
    }
}
