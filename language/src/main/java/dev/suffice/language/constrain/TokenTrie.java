package dev.suffice.language.constrain;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The tokens of a vocabulary by their bytes: a tree whose nodes are laid out in the order of a walk, so that what begins with forbidden bytes is passed over at
 * once. Made once per vocabulary; immutable, thread-safe.
 */
public final class TokenTrie {
    private final int tokens;
    private final byte[] labels;
    private final int[] depths;
    private final int[] ends;
    private final int[] firstToken;
    private final int[] nextToken;
    private final int deepest;

    private TokenTrie(int tokens, int nodes) {
        this(tokens, new byte[nodes], new int[nodes], new int[nodes], new int[nodes], new int[tokens], 0);
    }

    private TokenTrie(
            int tokens, byte[] labels, int[] depths, int[] ends, int[] firstToken, int[] nextToken, int deepest) {
        this.tokens = tokens;
        this.labels = labels;
        this.depths = depths;
        this.ends = ends;
        this.firstToken = firstToken;
        this.nextToken = nextToken;
        this.deepest = deepest;
    }

    /**
     * Makes the tree.
     *
     * @param vocabulary the bytes of each token by its number; null for special tokens, which no constraint ever allows
     */
    public static TokenTrie of(byte[] @Nullable [] vocabulary) {
        List<Integer> order = new ArrayList<>();
        int bytes = 0;
        int deepest = 0;
        for (int token = 0; token < vocabulary.length; token++) {
            var text = vocabulary[token];
            if (text != null && text.length > 0) {
                order.add(token);
                bytes += text.length;
                deepest = Math.max(deepest, text.length);
            }
        }
        order.sort((a, b) -> Arrays.compareUnsigned(bytes(vocabulary, a), bytes(vocabulary, b)));
        return fill(vocabulary, order, new TokenTrie(vocabulary.length, bytes), deepest);
    }

    private static byte[] bytes(byte[] @Nullable [] vocabulary, int token) {
        return Objects.requireNonNull(vocabulary[token]);
    }

    private static TokenTrie fill(byte[] @Nullable [] vocabulary, List<Integer> order, TokenTrie into, int deepest) {
        Arrays.fill(into.firstToken, -1);
        Arrays.fill(into.nextToken, -1);
        var path = new int[deepest];
        var last = new byte[0];
        int nodes = 0;
        for (int token : order) {
            var text = bytes(vocabulary, token);
            int shared = Arrays.mismatch(last, text);
            shared = shared < 0 ? text.length : shared;
            for (int d = shared; d < last.length; d++) {
                into.ends[path[d]] = nodes;
            }
            for (int d = shared; d < text.length; d++) {
                into.labels[nodes] = text[d];
                into.depths[nodes] = d + 1;
                path[d] = nodes++;
            }
            into.nextToken[token] = into.firstToken[path[text.length - 1]];
            into.firstToken[path[text.length - 1]] = token;
            last = text;
        }
        for (int d = 0; d < last.length; d++) {
            into.ends[path[d]] = nodes;
        }
        return new TokenTrie(
                into.tokens,
                Arrays.copyOf(into.labels, nodes),
                Arrays.copyOf(into.depths, nodes),
                Arrays.copyOf(into.ends, nodes),
                Arrays.copyOf(into.firstToken, nodes),
                into.nextToken,
                deepest);
    }

    /** Tokens of the vocabulary, special ones included. */
    public int tokens() {
        return tokens;
    }

    int nodes() {
        return labels.length;
    }

    byte label(int node) {
        return labels[node];
    }

    /** Bytes from the root to a node, at least 1. */
    int depth(int node) {
        return depths[node];
    }

    /** The first node after a node that does not lie below it. */
    int end(int node) {
        return ends[node];
    }

    /** The first token that ends at a node, or -1. */
    int firstToken(int node) {
        return firstToken[node];
    }

    /** The next token of the same bytes, or -1. */
    int nextToken(int token) {
        return nextToken[token];
    }

    /** The most bytes of a token. */
    int deepest() {
        return deepest;
    }
}
