package dev.suffice.server.http;

import io.helidon.http.Headers;
import io.helidon.http.HttpPrologue;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http1.Http1ConnectionListener;
import java.time.Duration;
import java.util.Optional;

/** Watches that the headers of a request follow its first line. Each connection has a thread of its own, which calls this. */
final class HeaderWatch implements Http1ConnectionListener {
    private final Watchdog watchdog;
    private final Duration patience;
    private final ThreadLocal<Optional<Watchdog.Watch>> watched = ThreadLocal.withInitial(Optional::empty);

    HeaderWatch(Watchdog watchdog, Duration patience) {
        this.watchdog = watchdog;
        this.patience = patience;
    }

    @Override
    public void prologue(ConnectionContext context, HttpPrologue prologue) {
        watched.set(Optional.of(watchdog.watch(patience)));
    }

    @Override
    public void headers(ConnectionContext context, Headers headers) {
        watched.get().ifPresent(Watchdog.Watch::close);
        watched.remove();
    }
}
