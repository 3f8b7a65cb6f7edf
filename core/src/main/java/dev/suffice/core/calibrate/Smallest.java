package dev.suffice.core.calibrate;

import java.util.function.LongPredicate;

/** The smallest number that is enough. */
final class Smallest {
    private Smallest() {}

    /**
     * Halves the range.
     *
     * @param low the smallest candidate
     * @param high one that is enough
     * @param enough true from the number on that is looked for
     */
    static long between(long low, long high, LongPredicate enough) {
        long least = low;
        long most = high;
        while (least < most) {
            long middle = least + (most - least) / 2;
            if (enough.test(middle)) {
                most = middle;
            } else {
                least = middle + 1;
            }
        }
        return most;
    }
}
