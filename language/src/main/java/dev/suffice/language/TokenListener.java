package dev.suffice.language;

/** Hears of tokens as they are written. Called from the running thread. */
@FunctionalInterface
public interface TokenListener {
    /** Hears nothing. */
    TokenListener SILENT = (_, _) -> true;

    /**
     * A token.
     *
     * @param token what was written
     * @param scores what the model said of its place
     * @return whether to go on
     */
    boolean token(int token, TokenScores scores);
}
