package dev.suffice.core;

/** Thrown out of a run whose {@link Cancellation} was requested; nothing has been written. */
public final class CancelledException extends SufficeException {
    private static final long serialVersionUID = 1L;

    /** A cancelled run. */
    public CancelledException() {
        super("cancelled");
    }
}
