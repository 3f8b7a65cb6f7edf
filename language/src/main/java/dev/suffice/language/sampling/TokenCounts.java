package dev.suffice.language.sampling;

import java.util.HashMap;
import java.util.Map;

/** How often tokens occur in a prompt and in its answer. Not thread-safe. */
public final class TokenCounts {
    private final Map<Integer, Integer> answered;
    private final Map<Integer, Integer> all;

    private TokenCounts(Map<Integer, Integer> answered, Map<Integer, Integer> all) {
        this.answered = answered;
        this.all = all;
    }

    /** Of a prompt without an answer. */
    public TokenCounts(int[] prompt) {
        this(new HashMap<>(), new HashMap<>());
        for (int token : prompt) {
            all.merge(token, 1, Integer::sum);
        }
    }

    /** A token of the answer. */
    public void add(int token) {
        answered.merge(token, 1, Integer::sum);
        all.merge(token, 1, Integer::sum);
    }

    /** The same counts, which go their own way from here. */
    TokenCounts copy() {
        return new TokenCounts(new HashMap<>(answered), new HashMap<>(all));
    }

    /** Tokens of the answer, with how often they occur. */
    Map<Integer, Integer> answered() {
        return answered;
    }

    /** Tokens of prompt and answer, with how often they occur. */
    Map<Integer, Integer> all() {
        return all;
    }
}
