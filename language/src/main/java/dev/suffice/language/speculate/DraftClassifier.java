package dev.suffice.language.speculate;

/**
 * Says how likely a drafted token is accepted (DISCO, Mamou et al. 2024): a network of two layers that reads the draft model's ten largest probabilities, its
 * entropy, and the token's place in the draft. Immutable.
 *
 * <p>With x the features, less {@code centre}, over {@code scale}: 1 / (1 + exp(-(v . max(0, W x + b) + c))).
 *
 * @param centre of each feature
 * @param scale of each feature, above 0
 * @param weights of each hidden unit its row of W and its b, then v, then c
 */
@SuppressWarnings("ArrayRecordComponent") // copied, never compared
public record DraftClassifier(double[] centre, double[] scale, double[] weights) {
    /** Features of a token. */
    public static final int FEATURES = DraftScores.LIKELIEST + 2;

    /** Copies and checks the lengths and values. */
    public DraftClassifier {
        centre = centre.clone();
        scale = scale.clone();
        weights = weights.clone();
        if (centre.length != FEATURES || scale.length != FEATURES || weights.length != size(units(weights.length))) {
            throw new IllegalArgumentException(
                    "%d centres, %d scales, %d weights: must be %d, %d, and %d for each unit + 1"
                            .formatted(centre.length, scale.length, weights.length, FEATURES, FEATURES, FEATURES + 2));
        }
        for (var value : scale) {
            if (!(value > 0)) {
                throw new IllegalArgumentException("scale %s: must be above 0".formatted(value));
            }
        }
    }

    /** How many weights so many hidden units have. */
    public static int size(int units) {
        return units * (FEATURES + 2) + 1;
    }

    private static int units(int weights) {
        return Math.max(1, (weights - 1) / (FEATURES + 2));
    }

    /** Hidden units. */
    public int units() {
        return units(weights.length);
    }

    /**
     * What it reads of a token.
     *
     * @param position of the token in the draft, from 0
     * @return [{@value #FEATURES}]
     */
    public static double[] features(DraftScores scores, int position) {
        var features = java.util.Arrays.copyOf(scores.likeliest(), FEATURES);
        features[FEATURES - 2] = scores.entropy();
        features[FEATURES - 1] = position;
        return features;
    }

    /** The probability that a token is accepted, given that all before it are. */
    public double probability(double[] features) {
        int units = units();
        int output = units * (FEATURES + 1);
        double sum = weights[weights.length - 1];
        for (int u = 0; u < units; u++) {
            int row = u * (FEATURES + 1);
            double activation = weights[row + FEATURES];
            for (int f = 0; f < FEATURES; f++) {
                activation += weights[row + f] * (features[f] - centre[f]) / scale[f];
            }
            sum += weights[output + u] * Math.max(0, activation);
        }
        return 1 / (1 + Math.exp(-sum));
    }
}
