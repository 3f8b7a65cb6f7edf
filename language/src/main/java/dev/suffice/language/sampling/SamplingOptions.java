package dev.suffice.language.sampling;

import dev.suffice.core.InvalidRequestException;
import java.util.Map;

/**
 * How the next token is chosen. Applied in this order: bias, penalties, temperature, top-k, top-p, min-p.
 *
 * @param temperature scores are divided by it, 0 to 100; 0 takes the likeliest token
 * @param topK only the likeliest so many, at least 1; 0 for all
 * @param topP only the likeliest that together have this probability, above 0 and at most 1
 * @param minP only tokens with at least this share of the likeliest one's probability, 0 to 1
 * @param repetitionPenalty tokens that occur in prompt or answer: positive scores are divided by it, negative ones multiplied, above 0; 1 for none
 * @param presencePenalty taken from the score of tokens that occur in the answer, -2 to 2
 * @param frequencyPenalty the same, for each time that they occur
 * @param bias added to the scores of tokens; -100 or less bans one
 */
public record SamplingOptions(
        double temperature,
        int topK,
        double topP,
        double minP,
        double repetitionPenalty,
        double presencePenalty,
        double frequencyPenalty,
        Map<Integer, Double> bias) {
    /** A bias from which on a token is never chosen. */
    public static final double BAN = -100;

    /** Checks the ranges and copies the map. */
    public SamplingOptions {
        bias = Map.copyOf(bias);
        check("temperature", temperature, temperature >= 0 && temperature <= 100, "between 0 and 100");
        check("top-k", topK, topK >= 0, "at least 1, or 0 for all");
        check("top-p", topP, topP > 0 && topP <= 1, "above 0 and at most 1");
        check("min-p", minP, minP >= 0 && minP <= 1, "between 0 and 1");
        check(
                "repetition penalty",
                repetitionPenalty,
                repetitionPenalty > 0 && repetitionPenalty <= 100,
                "above 0 and at most 100");
        check("presence penalty", presencePenalty, Math.abs(presencePenalty) <= 2, "between -2 and 2");
        check("frequency penalty", frequencyPenalty, Math.abs(frequencyPenalty) <= 2, "between -2 and 2");
        bias.forEach((token, value) -> check("bias of token " + token, value, Double.isFinite(value), "a number"));
    }

    private static void check(String what, double value, boolean fits, String range) {
        if (!fits) {
            throw new InvalidRequestException("%s %s: must be %s".formatted(what, value, range));
        }
    }

    /** The likeliest token, always. */
    public static SamplingOptions greedy() {
        return new SamplingOptions(0, 0, 1, 0, 1, 0, 0, Map.of());
    }

    /** As the model says, made sharper or flatter. */
    public static SamplingOptions withTemperature(double temperature) {
        return new SamplingOptions(temperature, 0, 1, 0, 1, 0, 0, Map.of());
    }

    /** With only the likeliest so many. */
    public SamplingOptions withTopK(int k) {
        return new SamplingOptions(
                temperature, k, topP, minP, repetitionPenalty, presencePenalty, frequencyPenalty, bias);
    }

    /** With only the likeliest that together have this probability. */
    public SamplingOptions withTopP(double p) {
        return new SamplingOptions(
                temperature, topK, p, minP, repetitionPenalty, presencePenalty, frequencyPenalty, bias);
    }

    /** With only tokens of at least this share of the likeliest one's probability. */
    public SamplingOptions withMinP(double p) {
        return new SamplingOptions(
                temperature, topK, topP, p, repetitionPenalty, presencePenalty, frequencyPenalty, bias);
    }

    /** With penalties of tokens that have occurred. */
    public SamplingOptions withPenalties(double repetition, double presence, double frequency) {
        return new SamplingOptions(temperature, topK, topP, minP, repetition, presence, frequency, bias);
    }

    /** With biases of tokens. */
    public SamplingOptions withBias(Map<Integer, Double> biases) {
        return new SamplingOptions(
                temperature, topK, topP, minP, repetitionPenalty, presencePenalty, frequencyPenalty, biases);
    }

    /** Whether the likeliest token is always taken. */
    public boolean isGreedy() {
        return temperature == 0;
    }

    /** Whether what was written before changes the scores. */
    public boolean penalises() {
        return repetitionPenalty != 1 || presencePenalty != 0 || frequencyPenalty != 0;
    }
}
