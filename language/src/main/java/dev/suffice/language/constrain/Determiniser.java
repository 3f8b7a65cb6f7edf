package dev.suffice.language.constrain;

import dev.suffice.core.InvalidRequestException;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** Makes an {@link Automaton} of an {@link Nfa}: its states are sets of states of that. */
final class Determiniser {
    private static final int MOST_ENTRIES = 1 << 24;
    private static final int MOST_STATES = 300_000;
    private static final long MOST_MEMBERS = 4_000_000;

    private final Nfa nfa;
    private final int[] classes;
    private final int classCount;
    private final Map<IntBuffer, Integer> numbers = new HashMap<>();
    private final Map<Integer, Integer> single = new HashMap<>();
    private final List<int[]> sets = new ArrayList<>();
    private final List<int[]> rows = new ArrayList<>();
    private final List<int[]> calls = new ArrayList<>();
    private final int[] seen;
    private int mark;
    private long members;

    private Determiniser(Nfa nfa) {
        this.nfa = nfa;
        this.seen = new int[nfa.size()];
        this.classes = classes(nfa);
        this.classCount = classes[255] + 1;
    }

    /**
     * The tables.
     *
     * @throws InvalidRequestException if they grow too large
     */
    static Automaton automaton(Nfa nfa) {
        return new Determiniser(nfa).run();
    }

    private static int[] classes(Nfa nfa) {
        var first = new boolean[257];
        for (int state = 0; state < nfa.size(); state++) {
            for (var edge : nfa.state(state).bytes) {
                first[edge.low()] = true;
                first[edge.high() + 1] = true;
            }
        }
        var classes = new int[256];
        for (int b = 1; b < 256; b++) {
            classes[b] = classes[b - 1] + (first[b] ? 1 : 0);
        }
        return classes;
    }

    private Automaton run() {
        var starts = new int[nfa.rules()];
        for (int rule = 0; rule < starts.length; rule++) {
            starts[rule] = nfa.isLive(nfa.start(rule)) ? number(List.of(nfa.start(rule))) : -1;
        }
        for (int state = 0; state < sets.size(); state++) {
            rows.add(row(sets.get(state)));
            calls.add(calls(sets.get(state)));
        }
        var ends = new TreeSet<Integer>();
        for (int rule = 0; rule < nfa.rules(); rule++) {
            ends.add(nfa.end(rule));
        }
        var next = new int[sets.size() * classCount];
        var accepting = new boolean[sets.size()];
        for (int state = 0; state < sets.size(); state++) {
            System.arraycopy(rows.get(state), 0, next, state * classCount, classCount);
            accepting[state] = Arrays.stream(sets.get(state)).anyMatch(ends::contains);
        }
        return new Automaton(classes, next, accepting, calls.toArray(int[][]::new), starts);
    }

    private int[] row(int[] set) {
        var edges = new ArrayList<Nfa.ByteEdge>();
        var borders = new TreeSet<Integer>();
        for (int state : set) {
            for (var edge : nfa.state(state).bytes) {
                if (nfa.isLive(edge.to())) {
                    edges.add(edge);
                    borders.add(classes[edge.low()]);
                    borders.add(classes[edge.high()] + 1);
                }
            }
        }
        var row = new int[classCount];
        Arrays.fill(row, -1);
        // Between two borders all classes lead to the same.
        int from = 0;
        for (int to : borders) {
            var targets = new ArrayList<Integer>(2);
            for (var edge : edges) {
                if (classes[edge.low()] <= from && from <= classes[edge.high()]) {
                    targets.add(edge.to());
                }
            }
            if (!targets.isEmpty()) {
                Arrays.fill(row, from, to, number(targets));
            }
            from = to;
        }
        return row;
    }

    private int[] calls(int[] set) {
        var targets = new TreeMap<Integer, List<Integer>>();
        for (int state : set) {
            for (var call : nfa.state(state).calls) {
                if (nfa.isLive(call.to()) && nfa.isLive(nfa.start(call.rule()))) {
                    targets.computeIfAbsent(call.rule(), _ -> new ArrayList<>()).add(call.to());
                }
            }
        }
        var pairs = new int[2 * targets.size()];
        int at = 0;
        for (var target : targets.entrySet()) {
            pairs[at++] = target.getKey();
            pairs[at++] = number(target.getValue());
        }
        return pairs;
    }

    /** The number of the set of all states that can be reached from some without a byte. */
    private int number(List<Integer> from) {
        // Nearly always it is one state, and the same ones again and again.
        if (from.size() == 1) {
            return single.computeIfAbsent(from.getFirst(), _ -> closureOf(from));
        }
        return closureOf(from);
    }

    private int closureOf(List<Integer> from) {
        mark++;
        var open = new ArrayList<>(from);
        var set = new ArrayList<Integer>();
        while (!open.isEmpty()) {
            int state = open.removeLast();
            if (seen[state] == mark || !nfa.isLive(state)) {
                continue;
            }
            seen[state] = mark;
            var edges = nfa.state(state);
            // States that only lead on freely need not be remembered.
            if (!edges.bytes.isEmpty() || !edges.calls.isEmpty() || edges.free.isEmpty()) {
                set.add(state);
            }
            open.addAll(edges.free);
        }
        var key = set.stream().mapToInt(Integer::intValue).sorted().toArray();
        return numbers.computeIfAbsent(IntBuffer.wrap(key), _ -> {
            members += key.length;
            sets.add(key);
            if (sets.size() > MOST_STATES || (long) sets.size() * classCount > MOST_ENTRIES || members > MOST_MEMBERS) {
                throw new InvalidRequestException(
                        "constraint: its tables grow too large, at %d states: make maxLength, maxItems or repeats of patterns smaller"
                                .formatted(sets.size()));
            }
            return sets.size() - 1;
        });
    }
}
