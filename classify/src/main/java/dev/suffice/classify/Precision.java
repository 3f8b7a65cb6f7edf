package dev.suffice.classify;

import dev.suffice.core.InvalidRequestException;
import java.util.Arrays;
import java.util.stream.Collectors;

/** What a classifier computes with. */
public enum Precision {
    /** Numbers of 32 bits. */
    FLOAT32("float32", "calibration.safetensors"),
    /** Products of numbers of 8 bits, summed exactly; what is between them in 32 bits. */
    INT8("int8", "calibration-int8.safetensors");

    private final String text;
    private final String calibration;

    Precision(String text, String calibration) {
        this.text = text;
        this.calibration = calibration;
    }

    /** As users write it. */
    public String text() {
        return text;
    }

    /** The file in a classifier's folder with what its calibration saw, {@link dev.suffice.classify.exit.ExitTraces}. */
    public String calibration() {
        return calibration;
    }

    /**
     * Reads a name.
     *
     * @throws InvalidRequestException if it is none of these
     */
    public static Precision of(String text) {
        return Arrays.stream(values())
                .filter(one -> one.text.equals(text))
                .findFirst()
                .orElseThrow(() -> new InvalidRequestException("precision %s: must be %s"
                        .formatted(
                                text,
                                Arrays.stream(values()).map(Precision::text).collect(Collectors.joining(" or ")))));
    }
}
