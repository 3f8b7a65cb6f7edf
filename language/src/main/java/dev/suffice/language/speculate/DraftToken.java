package dev.suffice.language.speculate;

import dev.suffice.language.sampling.TokenDistribution;

/**
 * A token that is proposed.
 *
 * @param token the token
 * @param confidence how sure the drafter is that the model says the same, 0 to 1; comparable only among tokens of one drafter
 * @param distribution what it was drawn from
 */
public record DraftToken(int token, double confidence, TokenDistribution distribution) {
    /** A token that was not drawn: the only one that its drafter would have proposed. */
    public static DraftToken certain(int token, double confidence) {
        return new DraftToken(token, confidence, TokenDistribution.of(token));
    }
}
