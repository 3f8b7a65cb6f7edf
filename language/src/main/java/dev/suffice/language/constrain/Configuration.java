package dev.suffice.language.constrain;

import dev.suffice.core.InvalidRequestException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Where a text can be in an automaton: threads of a state and a stack each, more than one where alternatives begin alike; and whether the text may end.
 * Immutable.
 */
final class Configuration {
    private static final int MOST_THREADS = 4096;

    private int[] states = new int[2];
    private @Nullable Frame[] frames = new @Nullable Frame[2];
    private int size;
    private boolean mayEnd;

    private Configuration() {}

    static Configuration start(Automaton automaton) {
        return at(automaton, automaton.start(0), null);
    }

    /** A state with a stack, and all that is reached from there without a byte. */
    static Configuration at(Automaton automaton, int state, @Nullable Frame frame) {
        var configuration = new Configuration();
        configuration.add(automaton, state, frame);
        return configuration;
    }

    /** After one more byte of a class; null if it is not allowed. */
    @Nullable
    Configuration next(Automaton automaton, int byteClass) {
        Configuration result = null;
        for (int i = 0; i < size; i++) {
            int next = automaton.next(states[i], byteClass);
            if (next >= 0) {
                result = result == null ? new Configuration() : result;
                result.add(automaton, next, frames[i]);
            }
        }
        return result;
    }

    private void add(Automaton automaton, int state, @Nullable Frame frame) {
        for (int i = 0; i < size; i++) {
            if (states[i] == state && Frame.same(frames[i], frame)) {
                return;
            }
        }
        if (size == MOST_THREADS) {
            throw new InvalidRequestException(
                    "constraint: more than %d ways to read the text so far: let alternatives differ earlier, by a const"
                            .formatted(MOST_THREADS));
        }
        if (size == states.length) {
            states = Arrays.copyOf(states, 2 * size);
            frames = Arrays.copyOf(frames, 2 * size);
        }
        states[size] = state;
        frames[size++] = frame;
        var calls = automaton.calls(state);
        for (int i = 0; i < calls.length; i += 2) {
            add(automaton, automaton.start(calls[i]), new Frame(calls[i + 1], frame));
        }
        if (automaton.accepts(state)) {
            if (frame == null) {
                mayEnd = true;
            } else {
                add(automaton, frame.state(), frame.below());
            }
        }
    }

    /** Threads. */
    int size() {
        return size;
    }

    int state(int thread) {
        return states[thread];
    }

    @Nullable
    Frame frame(int thread) {
        return frames[thread];
    }

    boolean mayEnd() {
        return mayEnd;
    }

    @Override
    public boolean equals(Object other) {
        if (!(other instanceof Configuration that) || size != that.size) {
            return false;
        }
        for (int i = 0; i < size; i++) {
            if (states[i] != that.states[i] || !Frame.same(frames[i], that.frames[i])) {
                return false;
            }
        }
        return true;
    }

    @Override
    public int hashCode() {
        int hash = size;
        for (int i = 0; i < size; i++) {
            hash = 31 * (31 * hash + states[i]) + Frame.hash(frames[i]);
        }
        return hash;
    }
}
