package dev.suffice.train.loop;

/**
 * While open, lets the virtual machine's shutdown (Ctrl-C) wait for the thread that opened it: interrupts it, and waits until it has
 * closed this. Without it libtorch would be torn down under a running step.
 */
final class StopOnShutdown implements AutoCloseable {
    private static final long PATIENCE_MILLIS = 60_000;

    private final Thread worker = Thread.currentThread();
    private final Thread hook = new Thread(this::stop, "stop training");
    private boolean closed;

    StopOnShutdown() {
        Runtime.getRuntime().addShutdownHook(hook);
    }

    private synchronized void stop() {
        worker.interrupt();
        long end = System.currentTimeMillis() + PATIENCE_MILLIS;
        try {
            while (!closed && System.currentTimeMillis() < end) {
                wait(Math.max(1, end - System.currentTimeMillis()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException _) {
            // The shutdown is what closed this.
        }
    }
}
