package dev.suffice.models.decoder;

import java.util.Arrays;

/**
 * Rotary position embeddings (Su et al. 2021): pairs of a head's elements are turned by angles that grow with the position.
 *
 * @param size elements of a head that are turned, even
 * @param theta base of the wavelengths
 * @param scaling how long contexts are fitted into what the model was trained with
 */
public record Rope(int size, double theta, RopeScaling scaling) {
    /** Checks the ranges. */
    public Rope {
        if (size < 2 || size % 2 != 0 || !(theta > 0)) {
            throw new IllegalArgumentException("rotary embedding of %d elements, base %s".formatted(size, theta));
        }
    }

    /** Elements that the operator turns: it wants a multiple of 16, half of what is added behind each half. */
    public int storedSize() {
        return (size + 15) / 16 * 16;
    }

    /**
     * The cosines and sines of all positions, each [positions, stored size / 2], row by row; those of elements that were added turn nothing.
     *
     * @param positions from 0
     * @param context the longest text that they are for; some scalings depend on it
     */
    public Tables tables(int positions, int context) {
        int half = storedSize() / 2;
        var frequencies = Arrays.copyOf(scaling.frequencies(size, theta, context), half);
        double amplitude = scaling.amplitude(context);
        var cos = new float[positions * half];
        var sin = new float[positions * half];
        for (int position = 0; position < positions; position++) {
            for (int i = 0; i < half; i++) {
                double angle = position * (double) frequencies[i];
                cos[position * half + i] = (float) (Math.cos(angle) * amplitude);
                sin[position * half + i] = (float) (Math.sin(angle) * amplitude);
            }
        }
        return new Tables(cos, sin);
    }

    /**
     * Cosines and sines.
     *
     * @param cos [positions, stored size / 2]
     * @param sin the same
     */
    @SuppressWarnings("ArrayRecordComponent") // bulk data, never compared
    public record Tables(float[] cos, float[] sin) {}
}
