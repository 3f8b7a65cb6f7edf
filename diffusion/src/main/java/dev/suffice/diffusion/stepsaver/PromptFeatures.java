package dev.suffice.diffusion.stepsaver;

/** What a predictor reads of an encoded prompt: the mean of the states of its tokens, and the logarithm of their number. */
public final class PromptFeatures {
    private PromptFeatures() {}

    /**
     * The features.
     *
     * @param states of all positions, [positions, width], row by row
     * @param width of a state
     * @param tokens how many positions, from the first, belong to the prompt; the rest is padding
     * @return width + 1 values
     */
    public static float[] of(float[] states, int width, int tokens) {
        var features = new float[width + 1];
        for (int t = 0; t < tokens; t++) {
            for (int i = 0; i < width; i++) {
                features[i] += states[t * width + i] / tokens;
            }
        }
        features[width] = (float) Math.log(tokens);
        return features;
    }
}
