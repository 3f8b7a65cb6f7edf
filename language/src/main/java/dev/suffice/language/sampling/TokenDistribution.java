package dev.suffice.language.sampling;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * The tokens that may come next, the likeliest first, with their probabilities, which sum to 1; all others have probability 0.
 *
 * @param tokens by falling probability
 * @param probabilities of each
 */
@SuppressWarnings("ArrayRecordComponent") // made for every token; never compared
public record TokenDistribution(int[] tokens, double[] probabilities) {
    /** Checks the lengths. */
    public TokenDistribution {
        if (tokens.length == 0 || tokens.length != probabilities.length) {
            throw new IllegalArgumentException(
                    "%d tokens with %d probabilities".formatted(tokens.length, probabilities.length));
        }
    }

    /** One token, for certain. */
    public static TokenDistribution of(int token) {
        return new TokenDistribution(new int[] {token}, new double[] {1});
    }

    /** The likeliest token. */
    public int likeliest() {
        return tokens[0];
    }

    /** The probability of a token. */
    public double probability(int token) {
        for (int i = 0; i < tokens.length; i++) {
            if (tokens[i] == token) {
                return probabilities[i];
            }
        }
        return 0;
    }

    private int highest() {
        return Arrays.stream(tokens).max().orElseThrow();
    }

    /** Draws a token. */
    public int draw(RandomGenerator random) {
        double left = random.nextDouble();
        for (int i = 0; i < tokens.length; i++) {
            left -= probabilities[i];
            if (left < 0) {
                return tokens[i];
            }
        }
        return tokens[0];
    }

    /**
     * What is left of this distribution where another has less, made to sum to 1: max(0, p - q) (Leviathan et al. 2023). This distribution itself if nothing is
     * left.
     */
    public TokenDistribution without(TokenDistribution other) {
        // By token, as distributions over whole vocabularies would otherwise be compared each with each.
        var theirProbability = new double[Math.max(highest(), other.highest()) + 1];
        for (int i = 0; i < other.tokens.length; i++) {
            theirProbability[other.tokens[i]] = other.probabilities[i];
        }
        var left = new double[tokens.length];
        double sum = 0;
        int count = 0;
        for (int i = 0; i < tokens.length; i++) {
            left[i] = Math.max(0, probabilities[i] - theirProbability[tokens[i]]);
            sum += left[i];
            count += left[i] > 0 ? 1 : 0;
        }
        if (!(sum > 0)) {
            return this;
        }
        var some = new int[count];
        var theirs = new double[count];
        int at = 0;
        for (int i = 0; i < tokens.length; i++) {
            if (left[i] > 0) {
                some[at] = tokens[i];
                theirs[at++] = left[i] / sum;
            }
        }
        return new TokenDistribution(some, theirs);
    }
}
