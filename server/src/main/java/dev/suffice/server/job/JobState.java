package dev.suffice.server.job;

import java.util.Locale;

/** Where a job is. */
public enum JobState {
    /** Waits. */
    QUEUED,
    /** Goes on. */
    RUNNING,
    /** Its images are in the gallery. */
    DONE,
    /** It made none; its error says why. */
    FAILED,
    /** Someone did not want it any more. */
    CANCELLED;

    /** As in answers. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether nothing will happen to it any more. */
    public boolean ended() {
        return this == DONE || this == FAILED || this == CANCELLED;
    }
}
