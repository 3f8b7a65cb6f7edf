package dev.suffice.language;

import dev.suffice.core.InvalidRequestException;
import dev.suffice.language.sampling.SamplingOptions;
import dev.suffice.language.sampling.TokenRule;
import java.util.Set;

/**
 * What is to be written.
 *
 * @param prompt tokens, at least one
 * @param maxTokens of the answer, at least 1
 * @param sampling how tokens are chosen
 * @param seed of the choice, where it is not greedy
 * @param ends tokens that end the answer
 * @param rule what may be written
 * @param scored whether the listener wants the model's scores; they are copied for it
 * @param overflow what happens when the context is full
 */
@SuppressWarnings("ArrayRecordComponent") // copied, never compared
public record GenerationRequest(
        int[] prompt,
        int maxTokens,
        SamplingOptions sampling,
        long seed,
        Set<Integer> ends,
        TokenRule rule,
        boolean scored,
        Overflow overflow) {
    /** Copies and checks the ranges. */
    public GenerationRequest {
        prompt = prompt.clone();
        ends = Set.copyOf(ends);
        if (prompt.length == 0) {
            throw new InvalidRequestException("prompt: is empty; give at least one token");
        }
        if (maxTokens < 1) {
            throw new InvalidRequestException("max tokens %d: must be at least 1".formatted(maxTokens));
        }
    }

    /** The likeliest answer to a prompt. */
    public static GenerationRequest greedy(int[] prompt, int maxTokens, Set<Integer> ends) {
        return new GenerationRequest(
                prompt, maxTokens, SamplingOptions.greedy(), 0, ends, TokenRule.NONE, false, Overflow.STOP);
    }

    /** The same with another answer to a full context. */
    public GenerationRequest withOverflow(Overflow other) {
        return new GenerationRequest(prompt, maxTokens, sampling, seed, ends, rule, scored, other);
    }
}
