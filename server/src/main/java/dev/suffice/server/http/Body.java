package dev.suffice.server.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.function.Supplier;

/**
 * The body of a request, read within limits of size and time.
 *
 * @param bytes at most
 * @param time at most
 * @param watchdog ends the wait for a client that is silent
 */
record Body(int bytes, Duration time, Watchdog watchdog) {
    /** Who sends something now and then is told why; who is silent is cut off a little later. */
    private static final Duration GRACE = Duration.ofMillis(500);

    /**
     * What is too large by no more than this is read to its end and dropped: a client that still writes when the connection is closed does not see the answer. What is larger is
     * refused unread.
     */
    private static final int DROPPED = 1 << 20;

    /**
     * Reads it.
     *
     * @param declared its length, if the request says so
     * @param source opens it
     * @throws ApiException 413 if it is too large, 408 if it is too slow, 400 if it breaks off
     */
    byte[] read(OptionalLong declared, Supplier<InputStream> source) {
        long most = (long) bytes + DROPPED;
        if (declared.orElse(0) > most) {
            throw tooLarge();
        }
        long total = 0;
        var deadline = System.nanoTime() + time.toNanos();
        var read = new ByteArrayOutputStream();
        var buffer = new byte[8192];
        var watch = watchdog.watch(time.plus(GRACE));
        try (var stream = source.get()) {
            for (int n = stream.read(buffer); n >= 0; n = stream.read(buffer)) {
                total += n;
                if (total > most) {
                    throw tooLarge();
                }
                if (total <= bytes) {
                    read.write(buffer, 0, n);
                }
                if (System.nanoTime() > deadline) {
                    throw tooSlow();
                }
            }
        } catch (ApiException e) {
            throw e;
        } catch (IOException | RuntimeException e) { // the web server has several kinds for a connection that ends
            throw System.nanoTime() > deadline
                    ? tooSlow()
                    : closing(ApiException.of(
                            400,
                            ApiException.Type.INVALID_REQUEST,
                            "malformed_request",
                            "body: it breaks off before its end"));
        } finally {
            watch.close();
        }
        if (total > bytes) {
            throw tooLarge();
        }
        return read.toByteArray();
    }

    private ApiException tooLarge() {
        return closing(ApiException.of(
                413,
                ApiException.Type.INVALID_REQUEST,
                "body_too_large",
                "body: must have at most %d bytes".formatted(bytes)));
    }

    private ApiException tooSlow() {
        return closing(ApiException.of(
                408,
                ApiException.Type.INVALID_REQUEST,
                "body_too_slow",
                "body: must arrive within %d s".formatted(time.toSeconds())));
    }

    /** What is left of the body is not read: the connection ends with the answer. */
    private static ApiException closing(ApiException e) {
        return e.withHeader("Connection", "close");
    }
}
