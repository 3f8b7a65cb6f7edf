package dev.suffice.language.speculate;

/**
 * Tokens that are written in the time of a plain pass, in one text so far. What one more drafted token costs has to bring at least as many: then tokens for all the time become most, not those
 * for the time of each round (the reward-renewal theorem; Ross 1996). A round that is sure of itself drafts further than by its own rate, a doubtful one less far. Older rounds fade. Not thread-safe.
 */
final class WritingRate {
    private static final double FADE = 0.98;

    /** Plain passes that what is known of other texts weighs as much as. */
    private static final double PRIOR = 10;

    private final double prior;
    private double tokens;
    private double cost;

    /** What is known of other texts. */
    WritingRate(double prior) {
        this.prior = prior;
    }

    /**
     * A round.
     *
     * @param written its tokens
     * @param passes its cost, in plain passes
     */
    void add(int written, double passes) {
        tokens = FADE * tokens + written;
        cost = FADE * cost + passes;
    }

    /** Tokens in the time of a plain pass. */
    double value() {
        return (tokens + PRIOR * prior) / (cost + PRIOR);
    }
}
