package dev.suffice.language;

import dev.suffice.language.TokenScores.Likely;
import java.util.List;

/**
 * An answer.
 *
 * @param text of it, without what ended it
 * @param tokens of it, with what ended it
 * @param stopped whether a stop text ended it
 * @param generation tokens, why they ended, and what it took
 */
public record TextAnswer(String text, List<WrittenToken> tokens, boolean stopped, Generation generation) {
    /** Copies the list. */
    public TextAnswer {
        tokens = List.copyOf(tokens);
    }

    /**
     * A token and what else was likely.
     *
     * @param token its number
     * @param logProbability natural logarithm of its probability, as the model says before any change of scores; 0 unless likely tokens were asked for
     * @param likely the likeliest tokens of that place, with theirs
     */
    public record WrittenToken(int token, double logProbability, List<Likely> likely) {
        /** Copies the list. */
        public WrittenToken {
            likely = List.copyOf(likely);
        }
    }
}
