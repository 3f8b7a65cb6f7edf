package dev.suffice.models.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.util.List;
import java.util.Optional;

/**
 * A hub's answer after its redirects.
 *
 * @param status of the last answer
 * @param from where that came from
 * @param headers of the last answer
 * @param own headers of those answers that came from the endpoint's own host, in their order
 * @param body of the last answer
 */
record HubAnswer(int status, URI from, HttpHeaders headers, List<HttpHeaders> own, WatchedBody body)
        implements AutoCloseable {
    /** What the hub itself says, whoever delivers the content. */
    Optional<String> hubHeader(String name) {
        return own.stream().flatMap(each -> each.firstValue(name).stream()).findFirst();
    }

    /** What the last answer says. */
    Optional<String> header(String name) {
        return headers.firstValue(name);
    }

    /** The last answer's length in bytes; -1 if it does not say. */
    long length() {
        return headers.firstValueAsLong("Content-Length").orElse(-1);
    }

    @Override
    public void close() {
        try {
            body.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
