package dev.suffice.language.constrain;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A set of Unicode characters, without surrogates. Immutable.
 *
 * @param ranges in order, none touches another
 */
record CodePoints(List<Range> ranges) {
    static final CodePoints NONE = new CodePoints(List.of());
    static final CodePoints ALL = new CodePoints(List.of(new Range(0, 0xd7ff), new Range(0xe000, 0x10ffff)));

    /** From one character to another, both included. */
    record Range(int low, int high) {}

    static CodePoints of(int low, int high) {
        return new CodePoints(List.of(new Range(low, high))).and(ALL);
    }

    static CodePoints of(String characters) {
        var result = NONE;
        for (int c : characters.codePoints().toArray()) {
            result = result.or(of(c, c));
        }
        return result;
    }

    boolean contains(int c) {
        return ranges.stream().anyMatch(range -> range.low() <= c && c <= range.high());
    }

    CodePoints or(CodePoints other) {
        var all = new ArrayList<>(ranges);
        all.addAll(other.ranges);
        all.sort(Comparator.comparingInt(Range::low));
        var merged = new ArrayList<Range>();
        for (var range : all) {
            if (!merged.isEmpty() && range.low() <= merged.getLast().high() + 1) {
                var last = merged.removeLast();
                merged.add(new Range(last.low(), Math.max(last.high(), range.high())));
            } else {
                merged.add(range);
            }
        }
        return new CodePoints(List.copyOf(merged));
    }

    CodePoints and(CodePoints other) {
        var both = new ArrayList<Range>();
        for (var a : ranges) {
            for (var b : other.ranges) {
                int low = Math.max(a.low(), b.low());
                int high = Math.min(a.high(), b.high());
                if (low <= high) {
                    both.add(new Range(low, high));
                }
            }
        }
        return new CodePoints(List.copyOf(both));
    }

    /** All others. */
    CodePoints not() {
        var others = new ArrayList<Range>();
        int next = 0;
        for (var range : ranges) {
            if (range.low() > next) {
                others.add(new Range(next, range.low() - 1));
            }
            next = range.high() + 1;
        }
        if (next <= Character.MAX_CODE_POINT) {
            others.add(new Range(next, Character.MAX_CODE_POINT));
        }
        return new CodePoints(others).and(ALL);
    }

    CodePoints minus(CodePoints other) {
        return and(other.not());
    }
}
