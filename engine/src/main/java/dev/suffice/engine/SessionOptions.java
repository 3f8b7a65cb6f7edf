package dev.suffice.engine;

import dev.suffice.core.InvalidRequestException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How a session runs.
 *
 * @param threads threads that one run computes with, 1 to 1024
 * @param profile a file name prefix to write the engine's own profile to
 */
public record SessionOptions(int threads, Optional<Path> profile) {
    /** Checks the range. */
    public SessionOptions {
        if (threads < 1 || threads > 1024) {
            throw new InvalidRequestException("threads %d: must be between 1 and 1024".formatted(threads));
        }
    }

    /** As many threads as the machine has processors, no profile. */
    public static SessionOptions defaults() {
        return new SessionOptions(Runtime.getRuntime().availableProcessors(), Optional.empty());
    }

    /** With another number of threads. */
    public SessionOptions withThreads(int count) {
        return new SessionOptions(count, profile);
    }

    /** With a profile. */
    public SessionOptions withProfile(Path prefix) {
        return new SessionOptions(threads, Optional.of(prefix));
    }
}
