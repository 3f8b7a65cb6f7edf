package dev.suffice.language.constrain;

import dev.suffice.core.InvalidRequestException;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which tokens of a vocabulary a constraint allows. What a state allows without leaving its rule does not depend on the stack and is kept; only tokens that
 * leave it are looked at again. Thread-safe.
 */
public final class TokenMask {
    private static final long CACHE_BYTES = 64L << 20;

    private final TokenTrie trie;
    private final Constraint constraint;
    private final Map<Integer, Local> cache;

    /**
     * What a state allows above the bottom of a stack.
     *
     * @param exits nodes of the vocabulary where the state's rule can be over
     */
    private record Local(BitSet allowed, List<Integer> exits) {}

    private TokenMask(TokenTrie trie, Constraint constraint) {
        this.trie = trie;
        this.constraint = constraint;
        long most = Math.max(64, CACHE_BYTES / (trie.tokens() / 8 + 256));
        this.cache = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Integer, Local> eldest) {
                return size() > most;
            }
        };
    }

    /** A mask for a vocabulary and a constraint; worth keeping for all generations with both. */
    public static TokenMask of(TokenTrie vocabulary, Constraint constraint) {
        return new TokenMask(vocabulary, constraint);
    }

    /**
     * The tokens that can follow.
     *
     * @param state of this mask's constraint
     * @return a set of the caller's own; tokens that end the text are never in it: ask {@link ConstraintState#mayEnd()}
     */
    public BitSet allowed(ConstraintState state) {
        if (state.constraint() != constraint) {
            throw new IllegalArgumentException("state of another constraint");
        }
        var allowed = new BitSet(trie.tokens());
        var configuration = state.configuration();
        var walk = new TrieWalk(trie, constraint.automaton(), allowed);
        for (int i = 0; i < configuration.size(); i++) {
            var local = local(configuration.state(i));
            allowed.or(local.allowed());
            leave(local.exits(), configuration.frame(i), walk);
        }
        return allowed;
    }

    private void leave(List<Integer> exits, @Nullable Frame frame, TrieWalk walk) {
        if (frame == null || exits.isEmpty()) {
            return;
        }
        var outside = Configuration.at(constraint.automaton(), frame.state(), frame.below());
        for (int node : exits) {
            walk.below(node, outside);
        }
    }

    private Local local(int state) {
        synchronized (cache) {
            var known = cache.get(state);
            if (known != null) {
                return known;
            }
        }
        var allowed = new BitSet(trie.tokens());
        var automaton = constraint.automaton();
        var exits = new TrieWalk(trie, automaton, allowed).all(Configuration.at(automaton, state, null));
        var local = new Local(allowed, exits);
        synchronized (cache) {
            cache.put(state, local);
        }
        return local;
    }

    /**
     * Forbids all other tokens: their scores become negative infinity.
     *
     * @param logits scores of the next token, [vocabulary]; tokens beyond the vocabulary that was given are forbidden
     * @param endTokens tokens that end the text, allowed where it may end
     * @throws InvalidRequestException if no token is left
     */
    public void apply(ConstraintState state, float[] logits, int... endTokens) {
        var allowed = allowed(state);
        if (state.mayEnd()) {
            for (int token : endTokens) {
                allowed.set(token);
            }
        }
        int first = allowed.nextSetBit(0);
        if (first < 0 || first >= logits.length) {
            throw new InvalidRequestException(
                    "constraint: no token of the vocabulary can follow here: it needs tokens for single bytes, and tokens that end the text");
        }
        for (int token = allowed.nextClearBit(0); token < logits.length; token = allowed.nextClearBit(token + 1)) {
            logits[token] = Float.NEGATIVE_INFINITY;
        }
    }
}
