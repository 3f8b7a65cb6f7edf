package dev.suffice.language.speculate;

import dev.suffice.language.sampling.TokenDistribution;
import java.util.Optional;

/**
 * A token that is proposed.
 *
 * @param token the token
 * @param confidence how sure the drafter is that the model says the same, 0 to 1; comparable only among tokens of one drafter
 * @param distribution what it was drawn from
 * @param scores what the draft model said of its place; empty if no model drafted it
 */
public record DraftToken(int token, double confidence, TokenDistribution distribution, Optional<DraftScores> scores) {
    /** A token that no model drafted. */
    public DraftToken(int token, double confidence, TokenDistribution distribution) {
        this(token, confidence, distribution, Optional.empty());
    }

    /** A token that was not drawn: the only one that its drafter would have proposed. */
    public static DraftToken certain(int token, double confidence) {
        return new DraftToken(token, confidence, TokenDistribution.of(token));
    }

    /** The same token, with what the draft model said of its place. */
    public DraftToken with(DraftScores said) {
        return new DraftToken(token, confidence, distribution, Optional.of(said));
    }
}
