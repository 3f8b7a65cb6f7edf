package dev.suffice.bench;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongSupplier;

/** Estimates what is left of some work by its latest pieces, so that those that were there from before do not count. Not thread-safe. */
public final class Pace {
    private static final int LATEST = 20;
    private static final double NANOS_PER_MINUTE = 60e9;

    private final LongSupplier clock;
    private final Deque<Long> ends = new ArrayDeque<>();

    /** Begins now. */
    public Pace() {
        this(System::nanoTime);
    }

    Pace(LongSupplier clock) {
        this.clock = clock;
        ends.add(clock.getAsLong());
    }

    /**
     * A piece is done.
     *
     * @param left how many are not
     * @return minutes that they will take
     */
    public double minutesLeft(long left) {
        ends.add(clock.getAsLong());
        if (ends.size() > LATEST + 1) {
            ends.remove();
        }
        return (double) (ends.getLast() - ends.getFirst()) / (ends.size() - 1) * left / NANOS_PER_MINUTE;
    }
}
