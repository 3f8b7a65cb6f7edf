package dev.suffice.cli;

import dev.suffice.core.Cancellation;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C while a run goes on: asks the run to stop and lets it end by itself, so that nothing is left half-written. The
 * process ends after a few seconds even if the run does not.
 */
final class InterruptSignal implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 30;

    private final Cancellation cancellation = new Cancellation();
    private final CountDownLatch finished = new CountDownLatch(1);
    private final Thread hook;

    InterruptSignal() {
        hook = new Thread(() -> {
            cancellation.cancel();
            try {
                finished.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** What the run is to check. */
    Cancellation cancellation() {
        return cancellation;
    }

    @Override
    public void close() {
        finished.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // the process is ending: the hook runs
        }
    }
}
