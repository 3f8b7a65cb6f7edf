package dev.suffice.diffusion;

/**
 * Classifier-free guidance (Ho and Salimans, 2022) with the rescale of Lin et al. (2023), on one image's prediction.
 *
 * @param scale at least 1; 1 leaves the conditional prediction as it is
 * @param rescale 0 to 1; 0 leaves the guided prediction as it is
 */
record Guidance(double scale, double rescale) {
    boolean active() {
        return scale > 1;
    }

    /** How many prompts an image's U-Net call sees: with guidance the negative one too. */
    int prompts() {
        return active() ? 2 : 1;
    }

    /**
     * guided = unconditional + scale (conditional - unconditional), then pulled towards the spread of the conditional
     * prediction: rescale * guided * std(conditional) / std(guided) + (1 - rescale) * guided.
     *
     * @param guided receives the result; its length is that of both predictions
     */
    void apply(float[] unconditional, int unconditionalAt, float[] conditional, int conditionalAt, float[] guided) {
        var s = (float) scale;
        for (int i = 0; i < guided.length; i++) {
            var without = unconditional[unconditionalAt + i];
            guided[i] = without + s * (conditional[conditionalAt + i] - without);
        }
        if (rescale > 0) {
            var ratio = deviation(conditional, conditionalAt, guided.length) / deviation(guided, 0, guided.length);
            var factor = (float) (rescale * ratio + (1 - rescale));
            for (int i = 0; i < guided.length; i++) {
                guided[i] *= factor;
            }
        }
    }

    private static double deviation(float[] values, int from, int length) {
        double sum = 0;
        for (int i = from; i < from + length; i++) {
            sum += values[i];
        }
        var mean = sum / length;
        double squares = 0;
        for (int i = from; i < from + length; i++) {
            squares += (values[i] - mean) * (values[i] - mean);
        }
        return Math.sqrt(squares / (length - 1));
    }
}
