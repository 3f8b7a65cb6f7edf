package dev.suffice.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many clients, bad clients, and the end of the process. */
class FaultTest {
    @TempDir
    Path folder;

    @Test
    void fiftyClientsAtOnceLoseNothing() throws Exception {
        try (var server = TestServer.tiny(folder, settings -> settings.withQueue(16, 1));
                var clients = Executors.newVirtualThreadPerTaskExecutor()) {
            var calls = IntStream.range(0, 50)
                    .mapToObj(i -> (Callable<TestServer.Answer>) () -> server.post(
                            i % 2 == 0 ? "/v1/images/generations" : "/v1/jobs",
                            "{\"prompt\": \"client %d\", \"steps\": 3, \"seed\": %d}".formatted(i, i)))
                    .toList();
            var accepted = new ArrayList<String>();
            var refused = 0;
            for (var call : clients.invokeAll(calls)) {
                var answer = call.get();
                switch (answer.status()) {
                    case 200 ->
                        accepted.add(answer.json()
                                .path("data")
                                .path(0)
                                .path("prompt")
                                .asString());
                    case 202 ->
                        accepted.add(server.ended(answer.json().path("id").asString())
                                .path("request")
                                .path("prompt")
                                .asString());
                    case 429 -> refused++;
                    default -> throw new AssertionError(answer.status() + " " + answer.message());
                }
            }
            assertThat(accepted.size() + refused).isEqualTo(50);
            assertThat(accepted).hasSizeGreaterThanOrEqualTo(16);
            var kept = new ArrayList<String>();
            server.get("/v1/images?limit=200")
                    .json()
                    .path("data")
                    .forEach(image -> kept.add(image.path("prompt").asString()));
            assertThat(kept).containsExactlyInAnyOrderElementsOf(accepted);
        }
    }

    @Test
    void aClientThatGoesAwayHarmsNobody() throws Exception {
        try (var server = TestServer.tiny(folder)) {
            var job = server.job("{\"prompt\": \"watched\", \"steps\": 300}");
            for (int i = 0; i < 5; i++) {
                try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.server.port())) {
                    socket.setSoLinger(true, 0); // a reset, not a polite end
                    write(socket, "GET /v1/jobs/%s/events HTTP/1.1\r\nHost: localhost\r\n\r\n".formatted(job));
                    socket.getInputStream().read();
                }
                try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.server.port())) {
                    var body = "{\"prompt\": \"left alone\", \"steps\": 2, \"seed\": %d}".formatted(i);
                    write(
                            socket,
                            "POST /v1/images/generations HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
                                    .formatted(body.length(), body));
                }
            }
            assertThat(server.ended(job).path("status").asString()).isEqualTo("done");
            server.ended(server.job("{\"prompt\": \"the last\", \"steps\": 1}"));
            assertThat(server.get("/v1/images")
                            .json()
                            .path("data")
                            .path(0)
                            .path("prompt")
                            .asString())
                    .isEqualTo("the last");
        }
    }

    @Test
    void aClientThatIsTooSlowIsNotWaitedFor() throws Exception {
        try (var server = TestServer.tiny(
                folder,
                settings -> settings.withLimits(
                        settings.limits().withTimes(Duration.ofMillis(600), Duration.ofSeconds(5))))) {
            var head = "POST /v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
            for (var silent : new String[] {head, head + "Content-Length: 40\r\n\r\n{"}) {
                assertThat(AccessTest.raw(server, silent))
                        .as("ended by the server")
                        .doesNotContain("HTTP/1.1 2");
            }
            assertThat(dripping(server, head + "Content-Length: 4000\r\n\r\n"))
                    .startsWith("HTTP/1.1 408")
                    .contains("body: must arrive within 0 s");
            assertThat(server.get("/health").status()).isEqualTo(200);
        }
    }

    /** A client that sends a byte now and then until it is answered. */
    private static String dripping(TestServer server, String head) throws IOException, InterruptedException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.server.port())) {
            write(socket, head);
            while (socket.getInputStream().available() == 0) {
                write(socket, " ");
                Thread.sleep(20);
            }
            var answer = new byte[4096];
            var length = socket.getInputStream().read(answer);
            return new String(answer, 0, length, StandardCharsets.UTF_8);
        }
    }

    @Test
    void aClientThatSendsTooMuchSeesTheAnswer() throws IOException {
        try (var server = TestServer.tiny(folder)) {
            for (int i = 0; i < 50; i++) {
                assertThat(server.post("/v1/jobs", "x".repeat(70_000 + 10_000 * i))
                                .status())
                        .isEqualTo(413);
            }
        }
    }

    @Test
    void aBodyThatIsMuchTooLargeIsRefusedUnread() throws IOException {
        try (var server = TestServer.tiny(folder)) {
            var declared = AccessTest.raw(
                    server,
                    "POST /v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 99999999999\r\n\r\n{");
            assertThat(declared).startsWith("HTTP/1.1 413").contains("body: must have at most 65536 bytes");
            var chunked = server.send(HttpRequest.newBuilder(server.uri("/v1/jobs"))
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofInputStream(
                            () -> new java.io.ByteArrayInputStream(new byte[80_000]))));
            assertThat(chunked.status()).isEqualTo(413);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/images/../../../etc/passwd",
                "/v1/images/..%2f..%2fetc/rgb.png",
                "/v1/images/%2e%2e/sidecar",
                "/v1/images/..\\..\\etc/rgb.png",
                "/v1/images/./rgb.png",
                "/v1/images//rgb.png",
                "/v1/images/.lock/rgb.png",
                "/v1/images/img-20260101000000000-aaaaaaaaaa%00/rgb.png",
                "/studio/../studio.html",
                "/studio/..%2fopenapi.json",
                "//etc/passwd",
            })
    void noPathLeadsOutOfTheGallery(String path) {
        try (var server = TestServer.tiny(folder)) {
            var answer = AccessTest.raw(
                    server, "GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".formatted(path));
            assertThat(answer.substring(0, 12)).isIn("HTTP/1.1 404", "HTTP/1.1 400");
            assertThat(answer).contains("{\"error\":{\"message\":");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET\r\n\r\n",
                "GET /health HTTP/9.9\r\nHost: localhost\r\n\r\n",
                "GET /v1/images?x=%zz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
                "GET /health HTTP/1.1\r\nHost: localhost\r\nbad header\r\n\r\n",
                "POST /v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n",
                "\u0016\u0003\u0001 hello TLS\r\n\r\n",
            })
    void whatIsNoHttpIsRefusedInTheSameShape(String request) {
        try (var server = TestServer.tiny(folder)) {
            var answer = AccessTest.raw(server, request);
            if (!answer.isEmpty()) { // what has no first line of HTTP gets no answer
                assertThat(answer)
                        .startsWith("HTTP/1.1 4")
                        .contains("{\"error\":{\"message\":")
                        .doesNotContain("Exception");
            }
            assertThat(server.get("/health").status()).isEqualTo(200);
        }
    }

    @Test
    void leftoversOfAKilledServerAreRemovedAndStrangersLeftAlone() throws IOException {
        Files.createDirectories(folder.resolve(".img-20260101000000000-aaaaaaaaaa.part"));
        Files.writeString(folder.resolve(".img-20260101000000000-aaaaaaaaaa.part/x.png"), "half");
        Files.createDirectories(folder.resolve(".img-20260101000000000-bbbbbbbbbb.deleted"));
        Files.createDirectories(folder.resolve("img-20260101000000000-cccccccccc"));
        Files.createDirectories(folder.resolve("img-20260101000000000-dddddddddd"));
        Files.writeString(
                folder.resolve("img-20260101000000000-dddddddddd/x.json"),
                "{\"rgb\": \"../../secret.png\", \"depth\": \"/etc/passwd.png\"}");
        Files.writeString(folder.resolve("notes.txt"), "mine");
        try (var server = TestServer.tiny(folder)) {
            assertThat(server.get("/v1/images").json().path("total").intValue()).isZero();
            try (var files = Files.list(folder)) {
                assertThat(files.map(file -> file.getFileName().toString()))
                        .containsExactlyInAnyOrder(
                                ".lock",
                                "img-20260101000000000-cccccccccc",
                                "img-20260101000000000-dddddddddd",
                                "notes.txt");
            }
        }
    }

    @Test
    void aKilledServerStartsAgainWithItsGallery() throws Exception {
        var first = child();
        var kept = new ArrayList<String>();
        try (var client = HttpClient.newHttpClient()) {
            for (int i = 0; i < 3; i++) {
                var made = send(client, first.page, "{\"prompt\": \"kept %d\", \"steps\": 1}".formatted(i));
                kept.add(TestServer.JSON
                        .readTree(made)
                        .path("data")
                        .path(0)
                        .path("id")
                        .asString());
            }
            var writing = Thread.startVirtualThread(() -> {
                while (true) { // until the server is gone
                    try {
                        send(client, first.page, "{\"prompt\": \"maybe\", \"steps\": 1, \"n\": 4}");
                    } catch (IOException | InterruptedException e) {
                        return;
                    }
                }
            });
            while (count() < 12) {
                Thread.onSpinWait();
            }
            first.process.destroyForcibly().waitFor();
            writing.join();
        }
        try (var server = TestServer.tiny(folder)) {
            var images = server.get("/v1/images?limit=200").json().path("data");
            var ids = new ArrayList<String>();
            for (var image : images) {
                ids.add(image.path("id").asString());
                assertThat(server.get(image.path("links").path("depth").asString())
                                .status())
                        .isEqualTo(200);
            }
            assertThat(ids).containsAll(kept);
            assertThat(folder)
                    .isDirectoryNotContaining(
                            file -> file.getFileName().toString().startsWith(".img"));
            assertThat(server.post("/v1/images/generations", "{\"prompt\": \"after\", \"steps\": 1}")
                            .status())
                    .isEqualTo(200);
        }
    }

    private long count() throws IOException {
        try (var files = Files.list(folder)) {
            return files.count();
        }
    }

    private static byte[] send(HttpClient client, URI page, String body) throws IOException, InterruptedException {
        return client.send(
                        HttpRequest.newBuilder(page.resolve("/v1/images/generations"))
                                .header("Content-Type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofByteArray())
                .body();
    }

    private record Child(Process process, URI page) {}

    private Child child() throws IOException {
        var process = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:+UseSerialGC",
                        ServerProcess.class.getName(),
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD);
        process.environment()
                .put(
                        "CLASSPATH",
                        System.getProperty("java.class.path")
                                .replace(File.pathSeparator + File.pathSeparator, File.pathSeparator));
        var started = process.start();
        var line = started.inputReader(StandardCharsets.UTF_8).readLine();
        return new Child(started, URI.create(line));
    }

    private static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    }
}
