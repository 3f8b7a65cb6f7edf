package dev.suffice.language.constrain;

/**
 * Rules as tables. A state is of one rule; on a byte it leads to one other state or to none. It may call rules, and it may be where its rule can be over. From
 * every state the end can be reached. Bytes that no state tells apart are one class. Immutable.
 */
final class Automaton {
    private final int[] classes;
    private final int classCount;
    private final int[] next;
    private final boolean[] accepting;
    private final int[][] calls;
    private final int[] starts;

    /**
     * @param classes of each byte
     * @param next [state, class], -1 for none
     * @param accepting [state]
     * @param calls [state], pairs of a rule and the state to go on with after it
     * @param starts [rule], the first of which is what is wanted
     */
    Automaton(int[] classes, int[] next, boolean[] accepting, int[][] calls, int[] starts) {
        this.classes = classes;
        this.classCount = next.length / accepting.length;
        this.next = next;
        this.accepting = accepting;
        this.calls = calls;
        this.starts = starts;
    }

    int states() {
        return accepting.length;
    }

    /** Classes of bytes that are told apart. */
    int classCount() {
        return classCount;
    }

    int byteClass(byte b) {
        return classes[b & 0xff];
    }

    /** Where a byte of a class leads, or -1. */
    int next(int state, int byteClass) {
        return next[state * classCount + byteClass];
    }

    boolean accepts(int state) {
        return accepting[state];
    }

    /** Pairs of a rule and the state to go on with after it. */
    int[] calls(int state) {
        return calls[state];
    }

    int start(int rule) {
        return starts[rule];
    }
}
