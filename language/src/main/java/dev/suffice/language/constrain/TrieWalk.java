package dev.suffice.language.constrain;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Walks vocabulary and automaton together. Configurations that occur again are looked up. Not thread-safe; for one walk. */
final class TrieWalk {
    private final TokenTrie trie;
    private final Automaton automaton;
    private final BitSet allowed;
    private final Map<Configuration, Step> steps = new HashMap<>();
    private final Step[] path;

    /** A configuration with those that bytes lead to, as far as they were needed. */
    private static final class Step {
        static final Step NONE = new Step(null, 0);

        final @Nullable Configuration configuration;
        final @Nullable Step[] next;

        Step(@Nullable Configuration configuration, int classes) {
            this.configuration = configuration;
            this.next = new @Nullable Step[classes];
        }
    }

    /**
     * @param allowed where tokens are added
     */
    TrieWalk(TokenTrie trie, Automaton automaton, BitSet allowed) {
        this.trie = trie;
        this.automaton = automaton;
        this.allowed = allowed;
        this.path = new Step[trie.deepest() + 1];
    }

    /** Adds all tokens that can follow; gives the nodes after which the text may end. */
    List<Integer> all(Configuration start) {
        path[0] = step(start);
        return walk(0, trie.nodes());
    }

    /** Adds the tokens below a node that can follow, where a configuration is the one at that node. */
    void below(int node, Configuration start) {
        path[trie.depth(node)] = step(start);
        walk(node + 1, trie.end(node));
    }

    private List<Integer> walk(int from, int end) {
        var exits = new ArrayList<Integer>();
        for (int node = from; node < end; ) {
            int depth = trie.depth(node);
            var step = after(path[depth - 1], automaton.byteClass(trie.label(node)));
            if (step.configuration == null) {
                node = trie.end(node);
                continue;
            }
            path[depth] = step;
            for (int token = trie.firstToken(node); token >= 0; token = trie.nextToken(token)) {
                allowed.set(token);
            }
            if (step.configuration.mayEnd()) {
                exits.add(node);
            }
            node++;
        }
        return exits;
    }

    private Step step(Configuration configuration) {
        return steps.computeIfAbsent(configuration, c -> new Step(c, automaton.classCount()));
    }

    private Step after(Step step, int byteClass) {
        var known = step.next[byteClass];
        if (known == null) {
            var next = step.configuration == null ? null : step.configuration.next(automaton, byteClass);
            known = next == null ? Step.NONE : step(next);
            step.next[byteClass] = known;
        }
        return known;
    }
}
