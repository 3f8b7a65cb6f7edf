package dev.suffice.server.api;

import dev.suffice.server.http.ApiException;
import dev.suffice.server.http.Call;
import dev.suffice.server.http.Excerpt;
import dev.suffice.server.http.Json;
import dev.suffice.server.http.Reply;
import dev.suffice.server.job.EventLog;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

/**
 * What a job tells, as server-sent events: those that were, those to come, and a comment now and then so that nobody takes the
 * connection for dead. A client that comes back with {@code Last-Event-ID} goes on where it was.
 */
final class EventStream {
    private final Duration heartbeat;

    EventStream(Duration heartbeat) {
        this.heartbeat = heartbeat;
    }

    Reply of(Call call, EventLog events) {
        var from = from(call);
        return new Reply.Stream(
                200,
                "text/event-stream",
                out -> write(events, from, out),
                Map.of("Cache-Control", "no-store", "X-Accel-Buffering", "no"));
    }

    private static long from(Call call) {
        var text = call.header("last-event-id")
                .or(() -> call.parameter("last_event_id"))
                .orElse("0");
        if (!text.matches("[0-9]{1,9}")) {
            throw ApiException.invalid(
                    "last_event_id",
                    "invalid_value",
                    "last event id %s: must be the number of an event of this job".formatted(Excerpt.of(text)));
        }
        return Long.parseLong(text);
    }

    private void write(EventLog events, long from, OutputStream out) throws IOException {
        events.watch();
        try {
            var last = from;
            send(out, "retry: 2000\n\n");
            while (!events.endsAt(last)) {
                var news = events.after(last, heartbeat);
                if (news.isEmpty()) {
                    send(out, ": still here\n\n");
                }
                for (var event : news) {
                    last = event.id();
                    send(out, "id: %d\nevent: %s\ndata: %s\n\n".formatted(last, event.name(), Json.line(event.data())));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the server stops");
        } finally {
            events.unwatch();
        }
    }

    private static void send(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }
}
