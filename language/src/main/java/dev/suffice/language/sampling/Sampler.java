package dev.suffice.language.sampling;

import dev.suffice.core.SufficeException;
import java.util.Arrays;

/**
 * Makes a distribution of the scores of the next token. The same scores and history always give the same one, so that a draft is judged by what would have been
 * drawn from without it. Thread-safe.
 */
public final class Sampler {
    private final SamplingOptions options;

    /** A sampler. */
    public Sampler(SamplingOptions options) {
        this.options = options;
    }

    /** How it samples. */
    public SamplingOptions options() {
        return options;
    }

    /**
     * The distribution of the next token.
     *
     * @param logits scores of all tokens; changed
     * @param counts what was written before
     * @param rule what may come at all
     * @throws SufficeException if no token is left, or a score is not a number
     */
    public TokenDistribution distribution(float[] logits, TokenCounts counts, TokenRule rule) {
        change(logits, counts, rule);
        int best = likeliest(logits);
        return options.isGreedy() ? TokenDistribution.of(best) : cut(ranked(logits, logits[best]));
    }

    /**
     * How far the highest score is above the second, after all changes.
     *
     * @param logits scores of all tokens; changed
     */
    float margin(float[] logits, TokenCounts counts, TokenRule rule) {
        change(logits, counts, rule);
        float best = Float.NEGATIVE_INFINITY;
        float second = Float.NEGATIVE_INFINITY;
        for (var value : logits) {
            if (value > best) {
                second = best;
                best = value;
            } else if (value > second) {
                second = value;
            }
        }
        return best - second;
    }

    private void change(float[] logits, TokenCounts counts, TokenRule rule) {
        options.bias().forEach((token, bias) -> {
            if (token >= 0 && token < logits.length) {
                logits[token] = bias <= SamplingOptions.BAN ? Float.NEGATIVE_INFINITY : (float) (logits[token] + bias);
            }
        });
        if (options.penalises()) {
            penalise(logits, counts);
        }
        rule.apply(logits);
    }

    private static int likeliest(float[] logits) {
        int best = 0;
        for (int i = 0; i < logits.length; i++) {
            if (logits[i] > logits[best]) {
                best = i;
            } else if (Float.isNaN(logits[i])) {
                throw new SufficeException(
                        "score of token %d: not a number; the weights are damaged, or the model overflows"
                                .formatted(i));
            }
        }
        if (logits[best] == Float.NEGATIVE_INFINITY) {
            throw new SufficeException(
                    "no token is left to choose from: bans and constraints exclude all; loosen them");
        }
        return best;
    }

    private void penalise(float[] logits, TokenCounts counts) {
        double repetition = options.repetitionPenalty();
        if (repetition != 1) {
            for (int token : counts.all().keySet()) {
                if (token < logits.length) {
                    logits[token] =
                            (float) (logits[token] > 0 ? logits[token] / repetition : logits[token] * repetition);
                }
            }
        }
        counts.answered().forEach((token, count) -> {
            if (token < logits.length) {
                logits[token] -= (float) (options.presencePenalty() + count * options.frequencyPenalty());
            }
        });
    }

    /** All tokens that are likely enough to matter, by falling probability; their probabilities sum to 1. */
    private TokenDistribution ranked(float[] logits, double best) {
        double temperature = options.temperature();
        // What is e^-30 times as likely as the best is never drawn; leaving it out spares sorting the whole vocabulary.
        double least = best - 30 * temperature;
        var keys = new long[logits.length];
        int count = 0;
        for (int token = 0; token < logits.length; token++) {
            if (logits[token] >= least) {
                keys[count++] = key(logits[token], token);
            }
        }
        Arrays.sort(keys, 0, count);
        var tokens = new int[count];
        var probabilities = new double[count];
        double sum = 0;
        for (int i = 0; i < count; i++) {
            tokens[i] = (int) keys[i];
            probabilities[i] = Math.exp((logits[tokens[i]] - best) / temperature);
            sum += probabilities[i];
        }
        for (int i = 0; i < count; i++) {
            probabilities[i] /= sum;
        }
        return new TokenDistribution(tokens, probabilities);
    }

    /** Sorts by falling score, then by rising token: the score's bits in an order that integers have, inverted, before the token. */
    private static long key(float score, int token) {
        int bits = Float.floatToIntBits(score);
        int ordered = bits ^ (bits >> 31 & 0x7fffffff);
        return (long) ~ordered << 32 | token;
    }

    private TokenDistribution cut(TokenDistribution ranked) {
        int kept = ranked.tokens().length;
        if (options.topK() > 0) {
            kept = Math.min(kept, options.topK());
        }
        var probabilities = ranked.probabilities();
        double of = sum(probabilities, kept);
        if (options.topP() < 1) {
            double sum = 0;
            int n = 0;
            while (n < kept && sum < options.topP() * of) {
                sum += probabilities[n++];
            }
            kept = Math.max(1, n);
        }
        while (kept > 1 && probabilities[kept - 1] < options.minP() * probabilities[0]) {
            kept--;
        }
        if (kept == probabilities.length) {
            return ranked;
        }
        double left = sum(probabilities, kept);
        var some = Arrays.copyOf(probabilities, kept);
        for (int i = 0; i < kept; i++) {
            some[i] /= left;
        }
        return new TokenDistribution(Arrays.copyOf(ranked.tokens(), kept), some);
    }

    private static double sum(double[] values, int count) {
        double sum = 0;
        for (int i = 0; i < count; i++) {
            sum += values[i];
        }
        return sum;
    }
}
