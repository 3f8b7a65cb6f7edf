package dev.suffice.models.store;

import dev.suffice.core.Cancellation;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpTimeoutException;
import java.time.Duration;

/**
 * A body that is closed from outside when nothing has come for too long, or when a stop is requested: who reads it is not kept waiting
 * by a server that has fallen silent. For one reader.
 */
final class WatchedBody extends FilterInputStream {
    private final Duration silence;
    private final Cancellation cancellation;
    private final Thread watch;
    private volatile long heard = System.nanoTime();
    private volatile boolean silent;

    WatchedBody(InputStream body, Duration silence, Cancellation cancellation) {
        super(body);
        this.silence = silence;
        this.cancellation = cancellation;
        this.watch = Thread.ofVirtual().name("hub-watch").start(this::watch);
    }

    private void watch() {
        try {
            while (!cancellation.requested() && !silent) {
                Thread.sleep(50);
                silent = System.nanoTime() - heard > silence.toNanos();
            }
            in.close();
        } catch (InterruptedException e) {
            // the reader has closed it: nothing is left to watch
        } catch (IOException e) {
            // the reader's next read fails, and tells
        }
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
        heard = System.nanoTime();
        try {
            int read = super.read(bytes, from, length);
            checkWatch();
            return read;
        } catch (IOException e) {
            checkWatch();
            throw e;
        }
    }

    private void checkWatch() throws IOException {
        cancellation.check();
        if (silent) {
            throw new HttpTimeoutException("silent for %d s".formatted(silence.toSeconds()));
        }
    }

    @Override
    public void close() throws IOException {
        watch.interrupt();
        super.close();
    }
}
