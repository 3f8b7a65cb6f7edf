package dev.suffice.language.speculate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * All substrings of a sequence of tokens, with how often each occurs, in memory proportional to its length (Blumer et al. 1985); grows token by token. Not
 * thread-safe.
 */
final class SuffixAutomaton {
    /** Suffixes of a new token that are counted, from the longest: repetitive texts have as many as tokens. */
    private static final int COUNTED = 512;

    static final int ROOT = 0;

    private final List<Map<Integer, Integer>> next = new ArrayList<>();
    private int[] link = new int[256];
    private int[] longest = new int[256];
    private int[] count = new int[256];
    private int last = ROOT;

    SuffixAutomaton() {
        state(0);
        link[ROOT] = -1;
    }

    private int state(int length) {
        int made = next.size();
        if (made == link.length) {
            link = Arrays.copyOf(link, 2 * made);
            longest = Arrays.copyOf(longest, 2 * made);
            count = Arrays.copyOf(count, 2 * made);
        }
        next.add(new HashMap<>(2));
        longest[made] = length;
        return made;
    }

    /** How many states there are, at most twice the tokens. */
    int size() {
        return next.size();
    }

    /** The sequence goes on with a token. */
    void add(int token) {
        int made = state(longest[last] + 1);
        int p = last;
        while (p >= 0 && !next.get(p).containsKey(token)) {
            next.get(p).put(token, made);
            p = link[p];
        }
        link[made] = p < 0 ? ROOT : parent(p, token);
        last = made;
        int state = made;
        for (int i = 0; state != ROOT && i < COUNTED; i++) {
            count[state]++;
            state = link[state];
        }
    }

    /** The state of the longest suffix that occurred before, split off from a longer one if need be. */
    private int parent(int p, int token) {
        int q = to(p, token);
        if (longest[p] + 1 == longest[q]) {
            return q;
        }
        int copy = state(longest[p] + 1);
        next.get(copy).putAll(next.get(q));
        link[copy] = link[q];
        count[copy] = count[q];
        link[q] = copy;
        for (int from = p; from >= 0 && to(from, token) == q; from = link[from]) {
            next.get(from).put(token, copy);
        }
        return copy;
    }

    /** Begins another sequence in the same automaton. */
    void restart() {
        last = ROOT;
    }

    /** The state after a token, or -1. */
    int to(int state, int token) {
        return next.get(state).getOrDefault(token, -1);
    }

    /** The tokens that follow a state, with the states they lead to. */
    Map<Integer, Integer> after(int state) {
        return next.get(state);
    }

    /** How often the substrings of a state occur. */
    int count(int state) {
        return count[state];
    }

    /**
     * What of a text that is read beside it occurs in the sequence: the longest suffix.
     *
     * @param state of that suffix
     * @param length of it
     */
    record Match(int state, int length) {
        static final Match NONE = new Match(ROOT, 0);
    }

    /** The longest suffix of a matched text and a further token. */
    Match advance(Match match, int token) {
        int state = match.state();
        int length = match.length();
        while (state != ROOT && to(state, token) < 0) {
            state = link[state];
            length = longest[state];
        }
        int following = to(state, token);
        return following < 0 ? Match.NONE : settled(new Match(following, length + 1));
    }

    /** The same match after the sequence has grown: its state may have been split. */
    Match settled(Match match) {
        int state = match.state();
        while (state != ROOT && longest[link[state]] >= match.length()) {
            state = link[state];
        }
        return state == match.state() ? match : new Match(state, match.length());
    }

    /** A shorter suffix that occurs in more places; none of a suffix of none. */
    Match shorter(Match match) {
        return match.state() == ROOT ? match : new Match(link[match.state()], longest[link[match.state()]]);
    }
}
