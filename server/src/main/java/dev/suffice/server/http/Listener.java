package dev.suffice.server.http;

import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderNames;
import io.helidon.http.HttpPrologue;
import io.helidon.http.ServerResponseHeaders;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.DirectHandlers;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.webserver.http1.Http1Config;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The web server: Helidon with a virtual thread per request. */
public final class Listener implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Listener.class.getName());

    /**
     * Where and how to listen.
     *
     * @param host address
     * @param port 0 for any
     * @param bodyBytes largest body
     * @param bodyTime of a body
     * @param idleTime of a connection
     * @param connections at once
     */
    public record Settings(
            String host, int port, int bodyBytes, Duration bodyTime, Duration idleTime, int connections) {}

    /** Hears of every answered request. */
    @FunctionalInterface
    public interface Observer {
        /**
         * A request was answered.
         *
         * @param method of the request
         * @param template of its route, or {@code none}
         * @param status of the answer
         * @param nanos from its first line to its answer, without the sending
         */
        void answered(String method, String template, int status, long nanos);
    }

    private final WebServer server;
    private final Watchdog watchdog;

    private Listener(WebServer server, Watchdog watchdog) {
        this.server = server;
        this.watchdog = watchdog;
    }

    /**
     * Starts to listen.
     *
     * @throws UncheckedIOException if the port is taken or may not be used
     */
    public static Listener start(Settings settings, Dispatcher dispatcher, Observer observer) {
        checkPort(settings);
        var watchdog = new Watchdog();
        var body = new Body(settings.bodyBytes, settings.bodyTime, watchdog);
        var server = WebServer.builder()
                .shutdownHook(false)
                .featuresDiscoverServices(false)
                .host(settings.host)
                .port(settings.port)
                .backlog(1024)
                .maxTcpConnections(settings.connections)
                .idleConnectionTimeout(settings.idleTime)
                .idleConnectionPeriod(settings.idleTime.dividedBy(4).plusMillis(1))
                .connectionOptions(options -> options.tcpNoDelay(true))
                .shutdownGracePeriod(Duration.ofMillis(500))
                .addProtocol(Http1Config.builder()
                        .maxPrologueLength(16_384)
                        .maxHeadersSize(16_384)
                        .validatePath(false)
                        .addReceiveListener(new HeaderWatch(watchdog, settings.bodyTime))
                        .build())
                .directHandlers(refusals())
                .routing(routing ->
                        routing.any((request, response) -> serve(dispatcher, observer, body, request, response)))
                .build();
        server.start();
        if (!server.isRunning()) {
            throw new UncheckedIOException(new IOException("it was taken meanwhile"));
        }
        return new Listener(server, watchdog);
    }

    /** The port it listens on. */
    public int port() {
        return server.port();
    }

    @Override
    public void close() {
        server.stop();
        watchdog.close();
    }

    /** Helidon does not tell why it cannot listen: the port is tried before. */
    private static void checkPort(Settings settings) {
        try (var socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(settings.host, settings.port));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static DirectHandlers refusals() {
        var handlers = DirectHandlers.builder();
        for (var type : DirectHandler.EventType.values()) {
            handlers.addHandler(type, Listener::refusal);
        }
        return handlers.build();
    }

    private static DirectHandler.TransportResponse refusal(
            DirectHandler.TransportRequest request,
            DirectHandler.EventType type,
            Status status,
            ServerResponseHeaders headers,
            @Nullable String message) {
        var reply = (Reply.Whole) Dispatcher.refused(
                status.code(), "request: " + Excerpt.of(message == null ? status.reasonPhrase() : message));
        var response = DirectHandler.TransportResponse.builder()
                .status(status)
                .headers(headers)
                .header(HeaderNames.CONTENT_TYPE, reply.type())
                .keepAlive(false)
                .entity(reply.body());
        reply.headers().forEach((name, value) -> response.header(HeaderNames.create(name), value));
        return response.build();
    }

    private static void serve(
            Dispatcher dispatcher, Observer observer, Body body, ServerRequest request, ServerResponse response) {
        var started = System.nanoTime();
        var method = request.prologue().method().text();
        Reply reply;
        var last = closes(request.headers().first(HeaderNames.CONNECTION).orElse(""));
        try {
            var call = call(request, body);
            reply = dispatcher.answer(
                    call,
                    (template, status) -> observer.answered(method, template, status, System.nanoTime() - started));
        } catch (IllegalArgumentException e) {
            reply = Dispatcher.refused(400, "query: it is not properly encoded; write special characters as %XX");
            observer.answered(method, "none", reply.status(), System.nanoTime() - started);
        }
        send(reply, method.equals("HEAD"), response);
        if (last || closes(reply.headers().getOrDefault("Connection", ""))) {
            throw new CloseConnectionException("the last answer of this connection"); // Helidon says so and goes on
        }
    }

    private static boolean closes(String connection) {
        return connection.equalsIgnoreCase("close");
    }

    private static Call call(ServerRequest request, Body body) {
        var headers = new LinkedHashMap<String, String>();
        request.headers().forEach(header -> headers.put(header.name().toLowerCase(Locale.ROOT), header.values()));
        headers.putIfAbsent("host", request.authority());
        return new Call(
                request.prologue().method().text(),
                path(request.prologue()),
                query(request.query().rawValue()),
                headers,
                Map.of(),
                () -> body.read(declared(headers), () -> request.content().inputStream()));
    }

    private static String path(HttpPrologue prologue) {
        return prologue.uriPath().rawPath();
    }

    private static OptionalLong declared(Map<String, String> headers) {
        var length = headers.getOrDefault("content-length", "");
        return length.matches("\\d{1,18}") ? OptionalLong.of(Long.parseLong(length)) : OptionalLong.empty();
    }

    private static Map<String, List<String>> query(String raw) {
        var query = new LinkedHashMap<String, List<String>>();
        for (var pair : raw.split("&", -1)) {
            if (!pair.isEmpty()) {
                var equals = pair.indexOf('=');
                var name = equals < 0 ? pair : pair.substring(0, equals);
                var value = equals < 0 ? "" : pair.substring(equals + 1);
                query.computeIfAbsent(decoded(name), n -> new ArrayList<>()).add(decoded(value));
            }
        }
        return query;
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    private static void send(Reply reply, boolean headOnly, ServerResponse response) {
        response.status(Status.create(reply.status()));
        reply.headers().forEach((name, value) -> response.header(HeaderNames.create(name), value));
        try {
            switch (reply) {
                case Reply.Whole whole -> {
                    if (!whole.type().isEmpty()) {
                        response.header(HeaderNames.CONTENT_TYPE, whole.type());
                    }
                    if (headOnly) {
                        response.header(HeaderNames.CONTENT_LENGTH, Integer.toString(whole.body().length));
                        response.send();
                    } else {
                        response.send(whole.body());
                    }
                }
                case Reply.Stream stream -> {
                    response.header(HeaderNames.CONTENT_TYPE, stream.type());
                    if (headOnly) {
                        response.send();
                    } else {
                        try (var out = response.outputStream()) {
                            stream.writer().write(out);
                        }
                    }
                }
            }
        } catch (IOException | UncheckedIOException e) {
            LOG.log(System.Logger.Level.DEBUG, "a client went away", e);
            throw new CloseConnectionException("the client went away", e);
        }
    }
}
