package dev.suffice.server.job;

import dev.suffice.core.ComputeReport;
import java.time.Duration;

/** Hears how jobs end. Called from the thread that ran them: return quickly. */
public interface JobObserver {
    /** A job ended in that state after that time of running. */
    void ended(JobState state, Duration running);

    /** A batch of images was made with that computation. */
    void computed(ComputeReport report);
}
