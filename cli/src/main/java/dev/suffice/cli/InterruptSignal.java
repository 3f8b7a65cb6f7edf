package dev.suffice.cli;

import dev.suffice.core.Cancellation;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jline.utils.Signals;
import org.jspecify.annotations.Nullable;

/**
 * Ctrl-C (and a polite kill) while a run goes on: asks the run to stop and lets it end by itself, so that nothing is left
 * half-written. A second one ends the process at once. Signals are caught, and not the virtual machine's shutdown, because
 * inference libraries free themselves there while a run still computes.
 */
public final class InterruptSignal implements AutoCloseable {
    private final Cancellation cancellation = new Cancellation();
    private final CompletableFuture<Void> first = new CompletableFuture<>();
    private final Map<String, @Nullable Object> previous = new LinkedHashMap<>();

    /** Catches the signals until it is closed. */
    public InterruptSignal() {
        for (var name : new String[] {"INT", "TERM"}) {
            previous.put(name, Signals.register(name, this::interrupted));
        }
    }

    private void interrupted() {
        if (cancellation.requested()) {
            Runtime.getRuntime().halt(FailureReport.CANCELLED);
        }
        cancellation.cancel();
        first.completeAsync(() -> null); // whoever waits goes on in a thread of its own
    }

    /** What the run is to check. */
    public Cancellation cancellation() {
        return cancellation;
    }

    /** Completes with the first signal. */
    public CompletableFuture<Void> requested() {
        return first;
    }

    @Override
    public void close() {
        previous.forEach((name, handler) -> {
            if (handler != null) {
                Signals.unregister(name, handler);
            }
        });
    }
}
