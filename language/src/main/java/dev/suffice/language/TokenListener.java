package dev.suffice.language;

import dev.suffice.language.sampling.TokenDistribution;

/** Hears of tokens as they are written. Called from the running thread. */
@FunctionalInterface
public interface TokenListener {
    /** Hears nothing. */
    TokenListener SILENT = (_, _) -> true;

    /**
     * A token.
     *
     * @param token what was written
     * @param distribution what it was chosen from
     * @return whether to go on
     */
    boolean token(int token, TokenDistribution distribution);
}
