package dev.suffice.classify.exit;

import java.util.OptionalDouble;

/** What a head says of a text. Immutable. */
public final class HeadOutput {
    private final int layer;
    private final float[][] scores;
    private final OptionalDouble confidence;

    /**
     * What a head says.
     *
     * @param layer how many layers have run
     * @param scores one list of scores (logits) for the text, or for labels of tokens one for each token; for a number one list of one; not written to afterwards
     * @param confidence the probability, as the head sees it, that its answer is that of the whole model, the lowest over the tokens; empty for a head that does not say
     */
    public HeadOutput(int layer, float[][] scores, OptionalDouble confidence) {
        this.layer = layer;
        this.scores = scores;
        this.confidence = confidence;
    }

    /** How many layers have run. */
    public int layer() {
        return layer;
    }

    /** How many lists of scores there are. */
    public int rows() {
        return scores.length;
    }

    /** A score. */
    public float score(int row, int label) {
        return scores[row][label];
    }

    /** How many scores a list has. */
    public int labels() {
        return scores.length == 0 ? 0 : scores[0].length;
    }

    /** The head's own estimate, 0 to 1. */
    public OptionalDouble confidence() {
        return confidence;
    }

    /** The index of the greatest score of each list, the first of equal ones. */
    public int[] answers() {
        var answers = new int[scores.length];
        for (int row = 0; row < answers.length; row++) {
            for (int label = 1; label < scores[row].length; label++) {
                if (scores[row][label] > scores[row][answers[row]]) {
                    answers[row] = label;
                }
            }
        }
        return answers;
    }

    /** The probabilities that a list of scores stands for: their softmax. */
    public double[] probabilities(int row) {
        var list = scores[row];
        double greatest = Double.NEGATIVE_INFINITY;
        for (float score : list) {
            greatest = Math.max(greatest, score);
        }
        var probabilities = new double[list.length];
        double sum = 0;
        for (int label = 0; label < list.length; label++) {
            probabilities[label] = Math.exp(list[label] - greatest);
            sum += probabilities[label];
        }
        for (int label = 0; label < list.length; label++) {
            probabilities[label] /= sum;
        }
        return probabilities;
    }
}
