package dev.suffice.language;

import dev.suffice.core.InvalidRequestException;
import dev.suffice.language.sampling.SamplingOptions;
import dev.suffice.language.sampling.TokenRule;
import java.util.List;

/**
 * What is to be written, as text.
 *
 * @param prompt tokens
 * @param maxTokens of an answer, at least 1
 * @param sampling how tokens are chosen
 * @param seed of the first answer; answer k has seed + k
 * @param count answers, 1 to 128
 * @param stops texts that end an answer, at most 16, none of them empty; not part of it
 * @param alternatives how many likely tokens are told of at each place, 0 to 20
 * @param rule what may be written
 * @param overflow what happens when the context is full
 */
@SuppressWarnings("ArrayRecordComponent") // copied, never compared
public record TextRequest(
        int[] prompt,
        int maxTokens,
        SamplingOptions sampling,
        long seed,
        int count,
        List<String> stops,
        int alternatives,
        TokenRule rule,
        Overflow overflow) {
    /** Copies and checks the ranges. */
    public TextRequest {
        prompt = prompt.clone();
        stops = List.copyOf(stops);
        if (count < 1 || count > 128) {
            throw new InvalidRequestException("%d answers: must be between 1 and 128".formatted(count));
        }
        if (stops.size() > 16 || stops.stream().anyMatch(String::isEmpty)) {
            throw new InvalidRequestException("stop texts: must be at most 16, none of them empty");
        }
        if (alternatives < 0 || alternatives > 20) {
            throw new InvalidRequestException("%d likely tokens: must be between 0 and 20".formatted(alternatives));
        }
    }

    /** The same with another answer to a full context. */
    public TextRequest withOverflow(Overflow other) {
        return new TextRequest(prompt, maxTokens, sampling, seed, count, stops, alternatives, rule, other);
    }
}
