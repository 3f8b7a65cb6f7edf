package dev.suffice.models.quantise;

/**
 * What the eight bits of a matrix' input mean: a number q, 0 to 255, stands for (q - zero) x scale; what lies outside is cut off.
 *
 * @param scale above 0
 * @param zero what stands for zero, 0 to 255
 */
public record InputScale(float scale, int zero) {
    private static final int LARGEST = 255;
    private static final int MIDDLE = 128;

    /** @throws IllegalArgumentException if a value is out of range */
    public InputScale {
        if (!(scale > 0 && scale <= Float.MAX_VALUE) || zero < 0 || zero > LARGEST) {
            throw new IllegalArgumentException(
                    "scale %s, zero %d: must be a positive number, and 0 to %d".formatted(scale, zero, LARGEST));
        }
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
