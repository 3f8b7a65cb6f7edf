package dev.suffice.diffusion.stepsaver;

/**
 * Tells prompts that are unlike all that a predictor was trained on: by the cosine to the nearest of some centres of the training prompts'
 * encodings.
 *
 * @param centres [centres][width], of length 1
 * @param farthest novelty that is still familiar
 */
@SuppressWarnings("ArrayRecordComponent") // parameters, never compared
public record KnownPrompts(float[][] centres, double farthest) {
    /** The same with centres rounded to half precision, as files have them. */
    public KnownPrompts rounded() {
        return new KnownPrompts(PredictorTensors.rounded(centres), farthest);
    }

    /** 1 - cosine to the nearest centre; the features' last value, the length, is left out. */
    public double novelty(float[] features) {
        double norm = 0;
        for (int i = 0; i < features.length - 1; i++) {
            norm += (double) features[i] * features[i];
        }
        double best = -1;
        for (var centre : centres) {
            double product = 0;
            for (int i = 0; i < centre.length; i++) {
                product += (double) centre[i] * features[i];
            }
            best = Math.max(best, product / Math.sqrt(norm));
        }
        return 1 - best;
    }
}
