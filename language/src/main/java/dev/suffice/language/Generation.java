package dev.suffice.language;

import java.time.Duration;
import java.util.Optional;

/**
 * What was written, and what it took.
 *
 * @param tokens of the answer, with the one that ends it
 * @param finish why it ended
 * @param report of the computation
 */
@SuppressWarnings("ArrayRecordComponent") // a result, never compared
public record Generation(int[] tokens, Finish finish, SpeculationReport report) {
    /** Why an answer ended. */
    public enum Finish {
        /** The model ended it. */
        END,
        /** It has as many tokens as were asked for. */
        LENGTH,
        /** The context is full. */
        CONTEXT,
        /** The listener had heard enough. */
        STOPPED
    }

    /**
     * What speculation did.
     *
     * @param promptTokens of the prompt
     * @param cachedTokens of these, how many had been read before
     * @param droppedTokens of prompt and answer, because the context was full
     * @param tokens of the answer
     * @param passes of the model after the prompt; without speculation as many as tokens, less one
     * @param drafted tokens that were proposed to the model
     * @param accepted of these
     * @param draftedAt how many drafts had a token at each position
     * @param acceptedAt how many of these were accepted
     * @param decidedAgain positions that were too close to call and were decided by a pass of their own
     * @param taken accepted tokens that the whole model was not asked for
     * @param agreement what was promised of these; empty if there can be none
     * @param firstToken time to the first token, with the prompt
     * @param rest time of all further tokens
     * @param drafting of that, for drafts
     */
    @SuppressWarnings("ArrayRecordComponent") // counts, never compared
    public record SpeculationReport(
            int promptTokens,
            int cachedTokens,
            int droppedTokens,
            int tokens,
            int passes,
            int drafted,
            int accepted,
            int[] draftedAt,
            int[] acceptedAt,
            int decidedAgain,
            int taken,
            Optional<Agreement> agreement,
            Duration firstToken,
            Duration rest,
            Duration drafting) {
        /** Passes that were saved against one for each token. */
        public int savedPasses() {
            return Math.max(0, tokens - 1 - passes);
        }

        /** Tokens in a second, after the first. */
        public double tokensPerSecond() {
            return tokens < 2 ? 0 : (tokens - 1) / (rest.toNanos() / 1e9);
        }
    }
}
