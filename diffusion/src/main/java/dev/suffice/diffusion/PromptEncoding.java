package dev.suffice.diffusion;

import dev.suffice.diffusion.stepsaver.PromptFeatures;

/**
 * A prompt as the U-Net reads it.
 *
 * @param states of all positions, [positions, width], row by row
 * @param tokens how many positions, from the first, belong to the prompt, start and end included
 */
@SuppressWarnings("ArrayRecordComponent") // bulk data, never compared
record PromptEncoding(float[] states, int tokens) {
    /** What a predictor of steps reads; {@code width} is that of a state. */
    float[] features(int width) {
        return PromptFeatures.of(states, width, tokens);
    }
}
