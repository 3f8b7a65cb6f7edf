package dev.suffice.bench.peers;

import dev.suffice.bench.Interval;
import java.util.Locale;

/**
 * A number that was aimed at, and what was measured.
 *
 * @param what it is
 * @param goal the number
 * @param atMost whether less is better
 * @param measured the value with its interval
 */
record Target(String what, double goal, boolean atMost, Interval measured) {
    /** By the value; whether its interval lies on the other side in part is said too. */
    String verdict() {
        boolean met = reached(measured.value());
        boolean sure = reached(measured.low()) == met && reached(measured.high()) == met;
        return (met ? "met" : "not met") + (sure ? "" : ", within the spread");
    }

    private boolean reached(double value) {
        return atMost ? value <= goal : value >= goal;
    }

    /** A row of a table. */
    String row() {
        return String.format(
                Locale.ROOT, "| %s | %s %s | %s | %s |", what, atMost ? "<=" : ">=", goal, measured, verdict());
    }
}
