package dev.suffice.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.suffice.core.InvalidRequestException;
import dev.suffice.core.SufficeException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may call, from where, and where the server may listen. */
class AccessTest {
    private static final String KEY = "correct-horse-battery";

    @TempDir
    Path folder;

    @Test
    void withAKeyOnlyItsHoldersAreServed() {
        try (var server = TestServer.tiny(folder, s -> s.withHost("127.0.0.1", Optional.of(KEY)))) {
            var none = server.get("/v1/models");
            assertThat(none.status()).isEqualTo(401);
            assertThat(none.header("WWW-Authenticate")).isEqualTo("Bearer");
            assertThat(none.message()).isEqualTo("no API key: send the header Authorization: Bearer KEY");
            assertThat(none.json().path("error").path("type").asString()).isEqualTo("authentication_error");
            for (var wrong : new String[] {"Bearer wrong", "Bearer ", "Basic " + KEY, "Bearer " + KEY + "x"}) {
                assertThat(with(server, "/v1/images", wrong).status()).as(wrong).isEqualTo(401);
            }
            assertThat(with(server, "/v1/images", "bearer " + KEY).status()).isEqualTo(200);
            assertThat(with(server, "/metrics", "").status()).isEqualTo(401);
            for (var open : new String[] {"/", "/health", "/openapi.json", "/docs", "/studio/main.js"}) {
                assertThat(server.get(open).status()).as(open).isEqualTo(200);
            }
            assertThat(server.post("/v1/jobs", "{\"prompt\": \"x\"}").status()).isEqualTo(401);
        }
    }

    private static TestServer.Answer with(TestServer server, String path, String authorization) {
        return server.send(HttpRequest.newBuilder(server.uri(path)).header("Authorization", authorization));
    }

    @Test
    void aBrowserExchangesTheKeyForACookie() {
        try (var server = TestServer.tiny(folder, s -> s.withHost("127.0.0.1", Optional.of(KEY)))) {
            var wrong = server.post("/v1/session", "{\"api_key\": \"wrong\"}");
            assertThat(wrong.status()).isEqualTo(401);
            assertThat(wrong.message()).isEqualTo("wrong API key: it is the one that the server was started with");
            var right = server.post("/v1/session", "{\"api_key\": \"%s\"}".formatted(KEY));
            assertThat(right.status()).isEqualTo(204);
            var cookie = right.header("Set-Cookie");
            assertThat(cookie).contains("HttpOnly").contains("SameSite=Strict").doesNotContain(KEY);
            var session = cookie.substring(0, cookie.indexOf(';'));
            assertThat(cookied(server, session)).isEqualTo(200);
            assertThat(cookied(server, session.replace("=1", "=2")))
                    .as("a later end")
                    .isEqualTo(401);
            assertThat(cookied(server, session.substring(0, session.length() - 1)))
                    .isEqualTo(401);
            assertThat(cookied(server, "suffice_session=")).isEqualTo(401);
            assertThat(server.delete("/v1/session").header("Set-Cookie")).contains("Max-Age=0");
        }
    }

    private static int cookied(TestServer server, String cookie) {
        return server.send(HttpRequest.newBuilder(server.uri("/v1/models")).header("Cookie", cookie))
                .status();
    }

    @Test
    void othersAreServedOnlyWithAKey() {
        assertThatThrownBy(() -> ServerSettings.defaults().withHost("0.0.0.0", Optional.empty()))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("host 0.0.0.0: others can reach it, so it needs an API key; give one with --api-key or in"
                        + " the environment variable SUFFICE_API_KEY, or serve on 127.0.0.1");
        assertThatThrownBy(() -> ServerSettings.defaults().withHost("127.0.0.1", Optional.of("short")))
                .hasMessage("API key of 5 characters: must be at least 8 printable ASCII characters without spaces");
        assertThatThrownBy(() -> ServerSettings.defaults().withCors(Optional.of("https://example.org/")))
                .hasMessage(
                        "CORS origin https://example.org/: must be scheme and host without a path, e.g. https://example.org");
        assertThat(ServerSettings.defaults().withHost("::1", Optional.empty()).loopback())
                .isTrue();
        try (var server = TestServer.tiny(folder, s -> s.withHost("0.0.0.0", Optional.of(KEY)))) {
            var answer = raw(server, "GET /health HTTP/1.1\r\nHost: my.name\r\nConnection: close\r\n\r\n");
            assertThat(answer).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void otherNamesOfThisMachineAreRefused() {
        try (var server = TestServer.tiny(folder)) {
            var rebound = raw(server, "GET /v1/images HTTP/1.1\r\nHost: evil.example:80\r\nConnection: close\r\n\r\n");
            assertThat(rebound)
                    .startsWith("HTTP/1.1 403")
                    .contains("host evil.example:80: this server answers only as localhost or 127.0.0.1");
            for (var name : new String[] {"localhost", "LOCALHOST:1234", "127.0.0.1", "[::1]:80"}) {
                assertThat(raw(server, "GET /health HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n".formatted(name)))
                        .as(name)
                        .startsWith("HTTP/1.1 200");
            }
        }
    }

    @Test
    void pagesFromElsewhereMayNotChangeAnything() {
        try (var server = TestServer.tiny(folder)) {
            var foreign = server.send(HttpRequest.newBuilder(server.uri("/v1/jobs"))
                    .header("Origin", "https://evil.example")
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString("{\"prompt\": \"x\"}")));
            assertThat(foreign.status()).isEqualTo(403);
            assertThat(foreign.message())
                    .isEqualTo(
                            "origin https://evil.example: pages from elsewhere may not call this server; allow one with --cors ORIGIN");
            var own = server.send(HttpRequest.newBuilder(server.uri("/v1/jobs"))
                    .header("Origin", "http://127.0.0.1:" + server.server.port())
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString("{\"prompt\": \"x\", \"steps\": 1}")));
            assertThat(own.status()).isEqualTo(202);
        }
    }

    @Test
    void oneOriginMayBeAllowed() {
        try (var server = TestServer.tiny(folder, s -> s.withCors(Optional.of("https://app.example")))) {
            var preflight = server.send(HttpRequest.newBuilder(server.uri("/v1/jobs"))
                    .method("OPTIONS", HttpRequest.BodyPublishers.noBody())
                    .header("Origin", "https://app.example")
                    .header("Access-Control-Request-Method", "POST"));
            assertThat(preflight.status()).isEqualTo(204);
            assertThat(preflight.header("Access-Control-Allow-Origin")).isEqualTo("https://app.example");
            assertThat(preflight.header("Access-Control-Allow-Headers")).contains("Authorization");
            var read = server.send(
                    HttpRequest.newBuilder(server.uri("/v1/models")).header("Origin", "https://app.example"));
            assertThat(read.header("Access-Control-Allow-Origin")).isEqualTo("https://app.example");
            var other =
                    server.send(HttpRequest.newBuilder(server.uri("/v1/models")).header("Origin", "https://b.example"));
            assertThat(other.header("Access-Control-Allow-Origin")).isEmpty();
        }
    }

    @Test
    void aPortInUseIsNamed() throws IOException {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var port = taken.getLocalPort();
            assertThatThrownBy(() -> TestServer.tiny(folder, s -> s.withPort(port)))
                    .isInstanceOf(SufficeException.class)
                    .hasMessage(
                            "port %d of 127.0.0.1: cannot be used: Address already in use; choose another with --port (0: any free one)"
                                    .formatted(port));
        }
        try (var server = TestServer.tiny(folder)) { // the failed start let go of the gallery
            assertThatThrownBy(() -> TestServer.tiny(folder))
                    .hasMessage(
                            "gallery %s: another server uses it; stop that one or choose another folder with --gallery"
                                    .formatted(folder));
            assertThat(server.get("/health").status()).isEqualTo(200);
        }
    }

    static String raw(TestServer server, String request) {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.server.port())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
