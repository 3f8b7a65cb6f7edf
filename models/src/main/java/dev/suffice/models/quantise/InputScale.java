package dev.suffice.models.quantise;

import dev.suffice.engine.Shape;
import dev.suffice.models.ModelException;
import dev.suffice.models.safetensors.SafetensorsWriter;
import dev.suffice.models.safetensors.Weights;

/**
 * What the eight bits of a matrix' input mean: a number q, 0 to 255, stands for (q - zero) x scale; what lies outside is cut off.
 *
 * @param scale above 0
 * @param zero what stands for zero, 0 to 255
 */
public record InputScale(float scale, int zero) {
    private static final String SCALE = "_scale";
    private static final String ZERO = "_zero";
    private static final int LARGEST = 255;
    private static final int MIDDLE = 128;

    /** @throws IllegalArgumentException if a value is out of range */
    public InputScale {
        if (!(scale > 0 && scale <= Float.MAX_VALUE) || zero < 0 || zero > LARGEST) {
            throw new IllegalArgumentException(
                    "scale %s, zero %d: must be a positive number, and 0 to %d".formatted(scale, zero, LARGEST));
        }
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @param path of the layer and which of its values
     * @throws ModelException if a part is missing or not acceptable
     */
    static InputScale read(Weights weights, String path) {
        var scale = weights.require(path + SCALE, Shape.of(1));
        float step = StoredRows.values(scale)[0];
        float middle = weights.contains(path + ZERO)
                ? StoredRows.values(weights.require(path + ZERO, Shape.of(1)))[0]
                : MIDDLE;
        if (!(step > 0 && step <= Float.MAX_VALUE)) {
            throw new ModelException(
                    "%s: tensor %s: %s: must be a positive number".formatted(scale.file(), scale.name(), step));
        }
        if (!(middle >= 0 && middle <= LARGEST && middle == Math.rint(middle))) {
            throw new ModelException("%s: tensor %s: %s: must be a whole number from 0 to 255"
                    .formatted(scale.file(), path + ZERO, middle));
        }
        return new InputScale(step, (int) middle);
    }

    /** Declares its two tensors, FLOAT32 [1] each; 128 is read if that of zero is missing. */
    void write(SafetensorsWriter writer, String path) {
        writer.tensor(path + SCALE, Shape.of(1), new float[] {scale});
        writer.tensor(path + ZERO, Shape.of(1), new float[] {zero});
    }

    /** Zero in the middle: as much below as above. */
    public static InputScale symmetric(float scale) {
        return new InputScale(scale, MIDDLE);
    }

    /**
     * The finest that reaches from one number to another, and knows zero exactly.
     *
     * @throws IllegalArgumentException if one of them is not finite, or the second is not above the first
     */
    public static InputScale between(float low, float high) {
        float least = Math.min(low, 0);
        float most = Math.max(high, 0);
        float scale = (most - least) / LARGEST;
        return new InputScale(scale, Math.clamp(Math.round(-least / scale), 0, LARGEST));
    }
}
