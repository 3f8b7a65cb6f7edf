package dev.suffice.engine;

import dev.suffice.core.InvalidRequestException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How a session runs.
 *
 * @param threads threads that a session computes with, 1 to 1024
 * @param streams runs that are computed side by side, 1 to {@code threads}, among which the threads are divided: more of them raise the throughput of many runs and make each one
 *     slower. An engine without streams computes each run with all threads.
 * @param device what to run on, one of those that the engine lists; empty for its default
 * @param cache a folder where the engine may keep what it has compiled
 * @param properties the engine's own settings by its own names, for those who know them; they win over everything else here
 * @param profile a file name prefix to write the engine's own profile to
 */
public record SessionOptions(
        int threads,
        int streams,
        Optional<String> device,
        Optional<Path> cache,
        Map<String, String> properties,
        Optional<Path> profile) {
    private static final int MOST_THREADS = 1024;

    /** Checks the ranges, copies the map. */
    public SessionOptions {
        if (threads < 1 || threads > MOST_THREADS) {
            throw new InvalidRequestException("threads %d: must be between 1 and %d".formatted(threads, MOST_THREADS));
        }
        if (streams < 1 || streams > threads) {
            throw new InvalidRequestException(
                    "streams %d: must be between 1 and the number of threads, %d".formatted(streams, threads));
        }
        // In order, so that equal options look the same.
        properties = Collections.unmodifiableMap(new TreeMap<>(properties));
    }

    /** As many threads as the machine has processors, one stream, the default device, no profile. */
    public static SessionOptions defaults() {
        return new SessionOptions(
                Runtime.getRuntime().availableProcessors(),
                1,
                Optional.empty(),
                Optional.empty(),
                Map.of(),
                Optional.empty());
    }

    /** With another number of threads, and of streams if there were more of them. */
    public SessionOptions withThreads(int count) {
        return new SessionOptions(
                count, Math.clamp(streams, 1, Math.max(1, count)), device, cache, properties, profile);
    }

    /** With another number of streams. */
    public SessionOptions withStreams(int count) {
        return new SessionOptions(threads, count, device, cache, properties, profile);
    }

    /** On a device. */
    public SessionOptions withDevice(String name) {
        return new SessionOptions(threads, streams, Optional.of(name), cache, properties, profile);
    }

    /** With a folder for what is compiled. */
    public SessionOptions withCache(Path folder) {
        return new SessionOptions(threads, streams, device, Optional.of(folder), properties, profile);
    }

    /** With settings of the engine's own. */
    public SessionOptions withProperties(Map<String, String> settings) {
        return new SessionOptions(threads, streams, device, cache, settings, profile);
    }

    /** With a profile. */
    public SessionOptions withProfile(Path prefix) {
        return new SessionOptions(threads, streams, device, cache, properties, Optional.of(prefix));
    }
}
