package dev.suffice.models.store;

import dev.suffice.core.Cancellation;
import dev.suffice.core.CancelledException;
import dev.suffice.core.SufficeException;
import java.time.Duration;

/**
 * How long a hub is waited for, and how often it is asked again.
 *
 * @param connect until a connection stands
 * @param answer until a request is answered
 * @param silence until a body that no longer moves is given up
 * @param attempts in a row that may fail without getting further
 * @param first pause; each further one is twice as long
 * @param longest pause, also where the hub asks for one
 * @param pause waits
 */
record HubPatience(
        Duration connect,
        Duration answer,
        Duration silence,
        int attempts,
        Duration first,
        Duration longest,
        Pause pause) {
    /** Waits, and can be cancelled. */
    @FunctionalInterface
    interface Pause {
        void of(Duration time, Cancellation cancellation);
    }

    /** Something that may fail in passing. */
    @FunctionalInterface
    interface Attempt<T> {
        T run() throws HubHiccup;
    }

    /** What is usual. */
    static HubPatience usual() {
        return new HubPatience(
                Duration.ofSeconds(20),
                Duration.ofSeconds(60),
                Duration.ofSeconds(60),
                6,
                Duration.ofSeconds(1),
                Duration.ofSeconds(60),
                HubPatience::sleep);
    }

    /**
     * Tries until it succeeds.
     *
     * @param what is tried, for the message
     * @throws SufficeException if it keeps failing, or the hub asks for too long a pause
     * @throws CancelledException if that was requested
     */
    <T> T patiently(String what, Cancellation cancellation, Attempt<T> attempt) {
        int failures = 0;
        var pauseBefore = first;
        while (true) {
            cancellation.check();
            try {
                return attempt.run();
            } catch (HubHiccup e) {
                if (e.gotFurther()) {
                    failures = 0;
                    pauseBefore = first;
                }
                failures++;
                if (failures >= attempts) {
                    throw new SufficeException(
                            "%s: %s; gave up after %d attempts, try again later"
                                    .formatted(what, e.getMessage(), failures),
                            e);
                }
                var asked = e.retryAfter();
                if (asked.compareTo(longest) > 0) {
                    throw new SufficeException(
                            "%s: %s, and is to be asked again in %d s; try again then"
                                    .formatted(what, e.getMessage(), asked.toSeconds()),
                            e);
                }
                pause.of(asked.isZero() ? pauseBefore : asked, cancellation);
                pauseBefore = shorter(pauseBefore.multipliedBy(2), longest);
            }
        }
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private static void sleep(Duration time, Cancellation cancellation) {
        var until = System.nanoTime() + time.toNanos();
        try {
            while (System.nanoTime() < until) {
                cancellation.check();
                Thread.sleep(50);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancelledException();
        }
    }
}
