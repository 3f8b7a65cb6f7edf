package dev.suffice.engine;

/** A run that was started. For one thread at a time. */
public interface PendingRun {
    /**
     * Waits until it has ended; returns at once if it has.
     *
     * @throws EngineException if it failed
     */
    void await();
}
