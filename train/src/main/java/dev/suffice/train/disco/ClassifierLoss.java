package dev.suffice.train.disco;

import dev.suffice.language.speculate.DraftClassifier;
import java.util.List;

/**
 * The mean cross-entropy of a {@link DraftClassifier} on tokens, in nats, plus {@code decay / 2} times the sum of its squared weights; with its gradient. Features are
 * standardised once. Not thread-safe.
 */
final class ClassifierLoss {
    private static final int FEATURES = DraftClassifier.FEATURES;

    private final double[][] inputs;
    private final boolean[] labels;
    private final int units;
    private final double decay;

    ClassifierLoss(List<LabelledToken> tokens, double[] centre, double[] scale, int units, double decay) {
        this.inputs = new double[tokens.size()][FEATURES];
        this.labels = new boolean[tokens.size()];
        this.units = units;
        this.decay = decay;
        for (int n = 0; n < inputs.length; n++) {
            var token = tokens.get(n);
            labels[n] = token.accepted();
            for (int f = 0; f < FEATURES; f++) {
                inputs[n][f] = (token.features()[f] - centre[f]) / scale[f];
            }
        }
    }

    /**
     * The loss of weights, in {@link DraftClassifier#weights()}' order.
     *
     * @param gradient of the loss by each weight, written
     */
    double of(double[] weights, double[] gradient) {
        double loss = 0;
        for (int w = 0; w < weights.length; w++) {
            loss += decay / 2 * weights[w] * weights[w];
            gradient[w] = decay * weights[w];
        }
        var hidden = new double[units];
        for (int n = 0; n < inputs.length; n++) {
            double score = score(weights, inputs[n], hidden);
            double signed = labels[n] ? score : -score;
            // log(1 + e^-s), without overflow.
            loss += (Math.max(0, -signed) + Math.log1p(Math.exp(-Math.abs(signed)))) / inputs.length;
            double error = (1 / (1 + Math.exp(-score)) - (labels[n] ? 1 : 0)) / inputs.length;
            add(weights, inputs[n], hidden, error, gradient);
        }
        return loss;
    }

    private double score(double[] weights, double[] input, double[] hidden) {
        double score = weights[weights.length - 1];
        for (int u = 0; u < units; u++) {
            int row = u * (FEATURES + 1);
            double activation = weights[row + FEATURES];
            for (int f = 0; f < FEATURES; f++) {
                activation += weights[row + f] * input[f];
            }
            hidden[u] = Math.max(0, activation);
            score += weights[units * (FEATURES + 1) + u] * hidden[u];
        }
        return score;
    }

    private void add(double[] weights, double[] input, double[] hidden, double error, double[] gradient) {
        int output = units * (FEATURES + 1);
        gradient[weights.length - 1] += error;
        for (int u = 0; u < units; u++) {
            gradient[output + u] += error * hidden[u];
            if (hidden[u] > 0) {
                double back = error * weights[output + u];
                int row = u * (FEATURES + 1);
                for (int f = 0; f < FEATURES; f++) {
                    gradient[row + f] += back * input[f];
                }
                gradient[row + FEATURES] += back;
            }
        }
    }
}
