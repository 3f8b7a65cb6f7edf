package dev.suffice.server.http;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Ends what waits too long for a silent client: its thread is interrupted, which closes its connection. The web server's own sockets
 * know no read timeout. Thread-safe.
 */
final class Watchdog implements AutoCloseable {
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("suffice-watchdog").daemon().factory());

    /** A wait that is watched; close it when it is over. */
    static final class Watch implements AutoCloseable {
        private final Thread waiting;
        private boolean over;
        private final Future<?> alarm;

        private Watch(Thread waiting, ScheduledExecutorService timer, Duration patience) {
            this.waiting = waiting;
            this.alarm = timer.schedule(this::ring, patience.toMillis(), TimeUnit.MILLISECONDS);
        }

        private synchronized void ring() {
            if (!over) {
                waiting.interrupt();
            }
        }

        @Override
        public synchronized void close() {
            over = true;
            alarm.cancel(false);
        }
    }

    /** Watches the calling thread. */
    Watch watch(Duration patience) {
        return new Watch(Thread.currentThread(), timer, patience);
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
