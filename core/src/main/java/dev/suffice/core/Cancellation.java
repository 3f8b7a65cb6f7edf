package dev.suffice.core;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A request to stop, checked between the steps of a run. Thread-safe: {@link #cancel()} may be called from any thread,
 * a signal handler included.
 */
public final class Cancellation {
    private final AtomicBoolean requested = new AtomicBoolean();

    /** Asks the run to stop at its next check. */
    public void cancel() {
        requested.set(true);
    }

    /** Whether a stop was requested. */
    public boolean requested() {
        return requested.get();
    }

    /**
     * Ends the run if a stop was requested.
     *
     * @throws CancelledException if {@link #cancel()} was called
     */
    public void check() {
        if (requested.get()) {
            throw new CancelledException();
        }
    }
}
