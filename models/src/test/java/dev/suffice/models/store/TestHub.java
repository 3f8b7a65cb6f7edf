package dev.suffice.models.store;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * A hub on this machine: a server for names and small files, and another one, with another port and so another origin, for the large
 * files that it redirects to. What goes wrong is said beforehand, request by request.
 */
final class TestHub implements AutoCloseable {
    static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

    /** What a request meets before it is answered. */
    interface Trouble {
        /** @return whether the exchange was answered */
        boolean meet(HttpExchange exchange) throws IOException;
    }

    final Map<String, byte[]> small = new TreeMap<>();
    final Map<String, byte[]> large = new TreeMap<>();

    /** What the content server has, where it is not what the hub says. */
    final Map<String, byte[]> delivered = new TreeMap<>();

    /** Requests to the hub and to the content server, as {@code hub GET /path} and {@code content GET /path Range}. */
    final List<String> requests = java.util.Collections.synchronizedList(new java.util.ArrayList<>());

    /** Who sent a token: {@code hub} or {@code content}, with the token. */
    final List<String> tokens = java.util.Collections.synchronizedList(new java.util.ArrayList<>());

    final Queue<Trouble> hubTroubles = new ConcurrentLinkedQueue<>();
    final Queue<Trouble> contentTroubles = new ConcurrentLinkedQueue<>();

    String commit = COMMIT;
    boolean listsChecksums = true;
    boolean listsSizes = true;
    boolean knowsRanges = true;

    @Nullable
    String contentTag = "\"first\"";

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpServer hub;
    private final HttpServer content;

    TestHub() {
        try {
            hub = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            content = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        hub.createContext("/", exchange -> answer("hub", exchange, hubTroubles, this::hub));
        content.createContext("/", exchange -> answer("content", exchange, contentTroubles, this::content));
        for (var server : List.of(hub, content)) {
            server.setExecutor(threads);
            server.start();
        }
    }

    String endpoint() {
        return address(hub);
    }

    String contentAddress() {
        return address(content);
    }

    HubSettings settings() {
        return HubSettings.of(Map.of("HF_ENDPOINT", endpoint()));
    }

    /** Answers with a status and headers. */
    static Trouble status(int status, String... headers) {
        return exchange -> {
            for (int i = 0; i < headers.length; i += 2) {
                exchange.getResponseHeaders().set(headers[i], headers[i + 1]);
            }
            exchange.sendResponseHeaders(status, -1);
            return true;
        };
    }

    static String sha256(byte[] content) {
        return hash("SHA-256", content);
    }

    static String gitBlob(byte[] content) {
        var all = new ByteArrayOutputStream();
        all.writeBytes("blob %d\0".formatted(content.length).getBytes(StandardCharsets.US_ASCII));
        all.writeBytes(content);
        return hash("SHA-1", all.toByteArray());
    }

    private static String hash(String algorithm, byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String address(HttpServer server) {
        return "http://localhost:" + server.getAddress().getPort();
    }

    private interface Handler {
        void handle(HttpExchange exchange) throws IOException;
    }

    private void answer(String server, HttpExchange exchange, Queue<Trouble> troubles, Handler handler)
            throws IOException {
        try (exchange) {
            var range = exchange.getRequestHeaders().getFirst("Range");
            requests.add("%s %s %s%s"
                    .formatted(
                            server,
                            exchange.getRequestMethod(),
                            exchange.getRequestURI(),
                            range == null ? "" : " " + range));
            var token = exchange.getRequestHeaders().getFirst("Authorization");
            if (token != null) {
                tokens.add(server + " " + token);
            }
            var trouble = troubles.poll();
            if (trouble == null || !trouble.meet(exchange)) {
                handler.handle(exchange);
            }
        }
    }

    private void hub(HttpExchange exchange) throws IOException {
        var path = exchange.getRequestURI().getRawPath();
        if (path.equals("/api/models/acme/tiny/revision/main")
                || path.equals("/api/models/acme/tiny/revision/" + commit)) {
            send(exchange, 200, listing().getBytes(StandardCharsets.UTF_8), 0);
            return;
        }
        var prefix = "/acme/tiny/resolve/" + commit + "/";
        var file = path.startsWith(prefix)
                ? URLDecoder.decode(path.substring(prefix.length()), StandardCharsets.UTF_8)
                : "";
        exchange.getResponseHeaders().set("X-Repo-Commit", commit);
        if (small.containsKey(file)) {
            exchange.getResponseHeaders().set("ETag", '"' + gitBlob(small.get(file)) + '"');
            send(exchange, 200, small.get(file), 0);
        } else if (large.containsKey(file)) {
            exchange.getResponseHeaders().set("X-Linked-Etag", '"' + sha256(large.get(file)) + '"');
            exchange.getResponseHeaders().set("X-Linked-Size", Integer.toString(large.get(file).length));
            exchange.getResponseHeaders().set("Location", contentAddress() + "/" + file + "?signature=secret");
            exchange.sendResponseHeaders(302, -1);
        } else {
            exchange.getResponseHeaders()
                    .set("X-Error-Code", path.startsWith("/api/") ? "RevisionNotFound" : "EntryNotFound");
            exchange.sendResponseHeaders(404, -1);
        }
    }

    private void content(HttpExchange exchange) throws IOException {
        var file = exchange.getRequestURI().getPath().substring(1);
        var bytes = delivery(file);
        if (contentTag != null) {
            exchange.getResponseHeaders().set("ETag", contentTag);
        }
        var range = exchange.getRequestHeaders().getFirst("Range");
        var ifRange = exchange.getRequestHeaders().getFirst("If-Range");
        if (range == null || !knowsRanges || (ifRange != null && !ifRange.equals(contentTag))) {
            send(exchange, 200, bytes, 0);
            return;
        }
        int from = Integer.parseInt(range.substring("bytes=".length(), range.length() - 1));
        if (from >= bytes.length) {
            exchange.sendResponseHeaders(416, -1);
            return;
        }
        exchange.getResponseHeaders()
                .set("Content-Range", "bytes %d-%d/%d".formatted(from, bytes.length - 1, bytes.length));
        send(exchange, 206, bytes, from);
    }

    /** Declares the whole content and closes the connection after some bytes of it. */
    Trouble breakAfter(int bytes) {
        return exchange -> {
            var file = exchange.getRequestURI().getPath().substring(1);
            var content = delivery(file);
            if (contentTag != null) {
                exchange.getResponseHeaders().set("ETag", contentTag);
            }
            exchange.sendResponseHeaders(200, content.length);
            exchange.getResponseBody().write(content, 0, bytes);
            exchange.getResponseBody().flush();
            return true; // closing the exchange before its end closes the connection
        };
    }

    private byte[] delivery(String file) {
        return Objects.requireNonNull(delivered.containsKey(file) ? delivered.get(file) : large.get(file));
    }

    private static void send(HttpExchange exchange, int status, byte[] bytes, int from) throws IOException {
        int length = bytes.length - from;
        exchange.sendResponseHeaders(status, length == 0 ? -1 : length);
        if (length > 0) {
            exchange.getResponseBody().write(bytes, from, length);
        }
    }

    private String listing() {
        var root = JsonMapper.shared().createObjectNode().put("id", "acme/tiny").put("sha", commit);
        var siblings = root.putArray("siblings");
        small.forEach((path, content) -> {
            var sibling = siblings.addObject().put("rfilename", path);
            if (listsSizes) {
                sibling.put("size", content.length);
            }
            if (listsChecksums) {
                sibling.put("blobId", gitBlob(content));
            }
        });
        large.forEach((path, content) -> {
            var sibling = siblings.addObject().put("rfilename", path);
            if (listsSizes) {
                sibling.put("size", content.length);
            }
            if (listsChecksums) {
                sibling.put("blobId", "0".repeat(40));
                sibling.putObject("lfs").put("sha256", sha256(content)).put("size", content.length);
            }
        });
        return root.toString();
    }

    /** Requests to the content server, in their order. */
    List<String> contentRequests() {
        synchronized (requests) {
            return requests.stream()
                    .filter(request -> request.startsWith("content "))
                    .map(request -> request.substring("content GET /".length()).replace("?signature=secret", ""))
                    .collect(Collectors.toList());
        }
    }

    @Override
    public void close() {
        hub.stop(0);
        content.stop(0);
        threads.shutdownNow();
    }
}
