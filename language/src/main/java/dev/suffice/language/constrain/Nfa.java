package dev.suffice.language.constrain;

import dev.suffice.core.InvalidRequestException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Rules as one automaton with free choices. Each rule has a state where it starts and one where it is over; edges take a byte, nothing, or a whole rule. Built
 * from the end: a part is built in front of what follows it.
 */
final class Nfa {
    private static final int MOST_STATES = 400_000;

    private final List<State> states = new ArrayList<>();
    private final Map<String, Integer> numbers = new LinkedHashMap<>();
    private final Map<ByteEdge, Integer> byteStates = new HashMap<>();
    private final List<Integer> starts = new ArrayList<>();
    private final List<Integer> ends = new ArrayList<>();

    /** What leads on from a state, and whether an end can be reached from it. */
    static final class State {
        final List<Integer> free = new ArrayList<>(1);
        final List<ByteEdge> bytes = new ArrayList<>(1);
        final List<CallEdge> calls = new ArrayList<>(0);
        boolean live;
    }

    /** A byte of a range, and where it leads. */
    record ByteEdge(int low, int high, int to) {}

    /** A whole rule, and where it leads. */
    record CallEdge(int rule, int to) {}

    /**
     * Builds rules, the first of which is what is wanted.
     *
     * @throws InvalidRequestException if they grow too large, if a rule begins with itself, or if nothing matches the first
     */
    Nfa(Map<String, Part> rules) {
        for (var name : rules.keySet()) {
            numbers.put(name, numbers.size());
        }
        for (var part : rules.values()) {
            int end = add();
            ends.add(end);
            starts.add(build(part, end));
        }
        refuseLeftRecursion();
        findLive();
        if (!states.get(starts.getFirst()).live) {
            throw new InvalidRequestException(
                    "constraint: no text matches it: is an alternative missing that ends a recursion, or a range empty?");
        }
    }

    State state(int number) {
        return states.get(number);
    }

    int size() {
        return states.size();
    }

    int rules() {
        return starts.size();
    }

    int start(int rule) {
        return starts.get(rule);
    }

    int end(int rule) {
        return ends.get(rule);
    }

    private int add() {
        if (states.size() == MOST_STATES) {
            throw new InvalidRequestException(
                    "constraint: needs more than %d states: make maxLength, maxItems or repeats of patterns smaller"
                            .formatted(MOST_STATES));
        }
        states.add(new State());
        return states.size() - 1;
    }

    private int add(int... free) {
        int state = add();
        for (int to : free) {
            states.get(state).free.add(to);
        }
        return state;
    }

    private int build(Part part, int next) {
        return switch (part) {
            case Part.Bytes(var low, var high) -> byteState(new ByteEdge(low, high, next));
            case Part.Sequence(var parts) -> {
                int state = next;
                for (var each : parts.reversed()) {
                    state = build(each, state);
                }
                yield state;
            }
            case Part.Choice(var alternatives) -> {
                int state = add();
                for (var each : alternatives) {
                    if (each instanceof Part.Bytes(var low, var high)) {
                        states.get(state).bytes.add(new ByteEdge(low, high, next));
                    } else {
                        states.get(state).free.add(build(each, next));
                    }
                }
                yield state;
            }
            case Part.Repeat repeat -> repeat(repeat, next);
            case Part.Call(var rule) -> {
                var number = numbers.get(rule);
                if (number == null) {
                    throw new IllegalStateException("no rule " + rule);
                }
                int state = add();
                states.get(state).calls.add(new CallEdge(number, next));
                yield state;
            }
            case Part.Listing listing -> listing(listing, next);
        };
    }

    /** A state with one edge; those of the same edge are one, so that alternatives that end alike share their ends. */
    private int byteState(ByteEdge edge) {
        var known = byteStates.get(edge);
        if (known == null) {
            known = add();
            states.get(known).bytes.add(edge);
            byteStates.put(edge, known);
        }
        return known;
    }

    private int repeat(Part.Repeat repeat, int next) {
        int state = next;
        if (repeat.most() == Part.UNBOUNDED) {
            state = add(next);
            states.get(state).free.add(build(repeat.part(), state));
        } else {
            for (int i = repeat.least(); i < repeat.most(); i++) {
                state = add(next, build(repeat.part(), state));
            }
        }
        for (int i = 0; i < repeat.least(); i++) {
            state = build(repeat.part(), state);
        }
        return state;
    }

    /** Before each item there are two states: without an item so far, and with one, where a separator comes first. */
    private int listing(Part.Listing listing, int next) {
        int end = build(listing.trailer(), next);
        int later = add(end);
        int first = add(next);
        if (listing.rest().isPresent()) {
            int rest = build(listing.rest().get(), later);
            states.get(later).free.add(build(listing.separator(), rest));
            states.get(first).free.add(rest);
        }
        for (var item : listing.items().reversed()) {
            int itself = build(item.part(), later);
            int nextLater = later;
            int nextFirst = first;
            later = add(build(listing.separator(), itself));
            first = add(itself);
            if (item.skippable()) {
                states.get(later).free.add(nextLater);
                states.get(first).free.add(nextFirst);
            }
            if (item.mayEndBefore()) {
                states.get(later).free.add(end);
                states.get(first).free.add(next);
            }
        }
        return first;
    }

    /** A rule that could begin with itself would be entered without end. */
    private void refuseLeftRecursion() {
        var done = new boolean[starts.size()];
        for (int rule = 0; rule < starts.size(); rule++) {
            follow(rule, new ArrayList<>(), done);
        }
    }

    private void follow(int rule, List<Integer> path, boolean[] done) {
        if (path.contains(rule)) {
            throw new InvalidRequestException("constraint: %s refers to itself without anything in between"
                    .formatted(List.copyOf(numbers.keySet()).get(rule)));
        }
        if (done[rule]) {
            return;
        }
        path.add(rule);
        var seen = new boolean[states.size()];
        var open = new ArrayList<Integer>();
        open.add(starts.get(rule));
        while (!open.isEmpty()) {
            int at = open.removeLast();
            if (!seen[at]) {
                seen[at] = true;
                open.addAll(states.get(at).free);
                states.get(at).calls.forEach(call -> follow(call.rule(), path, done));
            }
        }
        path.removeLast();
        done[rule] = true;
    }

    private void findLive() {
        ends.forEach(end -> states.get(end).live = true);
        boolean changed = true;
        while (changed) {
            changed = false;
            for (var state : states) {
                if (!state.live && leadsOn(state)) {
                    state.live = true;
                    changed = true;
                }
            }
        }
    }

    private boolean leadsOn(State state) {
        return state.free.stream().anyMatch(this::isLive)
                || state.bytes.stream().anyMatch(edge -> isLive(edge.to()))
                || state.calls.stream().anyMatch(call -> isLive(call.to()) && isLive(starts.get(call.rule())));
    }

    boolean isLive(int state) {
        return states.get(state).live;
    }
}
