package dev.suffice.diffusion.stepsaver;

/**
 * From a prompt's features to the probability that a number of steps is enough. What an image lacks of being the reference, its gap 1 - similarity, is
 * taken to be log-normal, with a location that depends linearly on the features: for count c and sampler s,
 * {@code log gap ~ N(offset[s][c] + slope[s][c] * (weight[c] . x + bias[c]), deviation[s][c])}, and c is enough if the gap is at most
 * 1 - close. Samplers share the features' weights, for what is hard for one is hard for all; each has its own level and spread.
 *
 * @param weight [counts - 1][features]
 * @param bias [counts - 1]
 * @param offset [samplers][counts - 1]
 * @param slope [samplers][counts - 1]
 * @param deviation [samplers][counts - 1], above 0
 */
@SuppressWarnings("ArrayRecordComponent") // parameters, never compared
public record GapRegression(float[][] weight, float[] bias, float[][] offset, float[][] slope, float[][] deviation) {
    /** Checks the sizes. */
    public GapRegression {
        int samplers = offset.length;
        int counts = bias.length;
        boolean fits = weight.length == counts && counts > 0 && samplers > 0;
        fits &= slope.length == samplers && deviation.length == samplers;
        for (int s = 0; fits && s < samplers; s++) {
            fits = offset[s].length == counts && slope[s].length == counts && deviation[s].length == counts;
            for (int c = 0; fits && c < counts; c++) {
                fits = deviation[s][c] > 0;
            }
        }
        if (!fits) {
            throw new IllegalArgumentException("regression of %d counts for %d samplers: its parts do not fit together"
                    .formatted(counts, samplers));
        }
    }

    /** The same with its matrices rounded to half precision, as files have them: what is calibrated has to be what is used. */
    public GapRegression rounded() {
        return new GapRegression(
                PredictorTensors.rounded(weight),
                bias,
                PredictorTensors.rounded(offset),
                PredictorTensors.rounded(slope),
                PredictorTensors.rounded(deviation));
    }

    /** Length of the features. */
    public int features() {
        return weight[0].length;
    }

    /** Samplers that it knows. */
    public int samplers() {
        return offset.length;
    }

    /** Counts, with the last one, which is always enough. */
    public int counts() {
        return bias.length + 1;
    }

    /**
     * The probability that each choice is enough, rising to 1; what is expected between counts is interpolated.
     *
     * @param features of the prompt
     * @param sampler its row
     * @param close least similarity, below 1
     * @param grid of its counts
     * @return one for each of {@link StepGrid#choices()}
     */
    public double[] enough(float[] features, int sampler, double close, StepGrid grid) {
        var expected = new double[bias.length];
        var spread = new double[bias.length];
        for (int c = 0; c < bias.length; c++) {
            double hardness = bias[c];
            for (int i = 0; i < features.length; i++) {
                hardness += weight[c][i] * features[i];
            }
            expected[c] = offset[sampler][c] + slope[sampler][c] * hardness;
            spread[c] = deviation[sampler][c];
        }
        var means = grid.between(expected);
        var deviations = grid.between(spread);
        double allowed = Math.log(1 - close);
        var enough = new double[means.length + 1];
        double most = 0;
        for (int i = 0; i < means.length; i++) {
            most = Math.max(most, normal((allowed - means[i]) / deviations[i]));
            enough[i] = most;
        }
        enough[means.length] = 1;
        return enough;
    }

    /** The normal distribution's function (Abramowitz and Stegun 1964, 26.2.17; within 7.5e-8). */
    static double normal(double z) {
        double t = 1 / (1 + 0.2316419 * Math.abs(z));
        double tail = Math.exp(-z * z / 2)
                / Math.sqrt(2 * Math.PI)
                * t
                * (0.319381530 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
        return z >= 0 ? 1 - tail : tail;
    }
}
