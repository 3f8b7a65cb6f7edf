package dev.suffice.server;

import dev.suffice.engine.Engines;
import dev.suffice.engine.SessionOptions;
import dev.suffice.models.store.ModelStore;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.function.UnaryOperator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A server on a free port with a small model of random weights, or the bundled one; and a client of it. */
final class TestServer implements AutoCloseable {
    static final Path TINY = Path.of("../models/src/test/resources/goldens/ldm3d/tiny-ldm3d-4c");
    static final JsonMapper JSON = JsonMapper.builder().build();

    final StudioServer server;
    private final HttpClient client;

    private TestServer(StudioServer server) {
        this.server = server;
        this.client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    }

    static TestServer tiny(Path gallery) {
        return tiny(gallery, UnaryOperator.identity());
    }

    static TestServer tiny(Path gallery, UnaryOperator<ServerSettings> change) {
        var server = StudioServer.start(change.apply(settings(gallery)), tinyModels());
        server.ready().join();
        return new TestServer(server);
    }

    /** With the bundled model {@code places}. */
    static TestServer places(Path gallery) {
        var store = ModelStore.of(Path.of(System.getProperty("suffice.home", "..")));
        var folders = new LinkedHashMap<String, Path>();
        folders.put("places", store.folder("places"));
        var models =
                new ServedModels(folders, store.cache(), Engines.named(Engines.DEFAULT), SessionOptions.defaults());
        var server = StudioServer.start(settings(gallery), models);
        server.ready().join();
        return new TestServer(server);
    }

    static ServerSettings settings(Path gallery) {
        return ServerSettings.defaults()
                .withPort(0)
                .withGallery(gallery, 500)
                .withLimits(Limits.defaults().withSteps(1000));
    }

    static ServedModels tinyModels() {
        var folders = new LinkedHashMap<String, Path>();
        folders.put("tiny", TINY);
        return new ServedModels(
                folders,
                Path.of("target/cache"),
                Engines.named(Engines.DEFAULT),
                SessionOptions.defaults().withThreads(1));
    }

    URI uri(String path) {
        return server.page().resolve(path);
    }

    /** An answer: its status, headers and JSON body (missing where it is none). */
    record Answer(HttpResponse<byte[]> response) {
        int status() {
            return response.statusCode();
        }

        JsonNode json() {
            return JSON.readTree(response.body());
        }

        String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }

        /** The error's message. */
        String message() {
            return json().path("error").path("message").asString("");
        }
    }

    Answer send(HttpRequest.Builder request) {
        try {
            return new Answer(client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray()));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    HttpClient client() {
        return client;
    }

    Answer get(String path) {
        return send(HttpRequest.newBuilder(uri(path)));
    }

    Answer delete(String path) {
        return send(HttpRequest.newBuilder(uri(path)).DELETE());
    }

    Answer post(String path, String json) {
        return send(HttpRequest.newBuilder(uri(path))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json)));
    }

    /** Asks for a job and gives its id. */
    String job(String json) {
        var answer = post("/v1/jobs", json);
        if (answer.status() != 202) {
            throw new AssertionError(answer.status() + ": " + answer.message());
        }
        return answer.json().path("id").asString();
    }

    /** Waits until a job has ended, by its events. */
    JsonNode ended(String job) {
        get("/v1/jobs/%s/events".formatted(job));
        return get("/v1/jobs/" + job).json();
    }

    @Override
    public void close() {
        server.close();
        client.close();
    }
}
