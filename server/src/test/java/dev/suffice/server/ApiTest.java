package dev.suffice.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.zip.ZipInputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every route answers when it is asked properly. */
class ApiTest {
    @TempDir
    static Path folder;

    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.tiny(folder);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void makesImagesInOpenAisForm() throws IOException {
        var answer = server.post(
                "/v1/images/generations",
                "{\"prompt\": \"a red sofa\", \"n\": 2, \"steps\": 3, \"seed\": 7, \"guidance\": 4, \"depth\": true, \"response_format\": \"b64_json\", \"user\": \"me\"}");
        assertThat(answer.status()).isEqualTo(200);
        var data = answer.json().path("data");
        assertThat(data.size()).isEqualTo(2);
        assertThat(answer.json().path("created").isIntegralNumber()).isTrue();
        var second = data.path(1);
        assertThat(second.path("seed").longValue()).isEqualTo(8);
        assertThat(second.path("compute").path("stages").path(2).path("passes").intValue())
                .isEqualTo(2);
        assertThat(second.has("url")).isFalse();
        var depth = ImageIO.read(new ByteArrayInputStream(
                Base64.getDecoder().decode(second.path("depth_b64_json").asString())));
        assertThat(depth.getRaster().getSampleModel().getSampleSize(0)).isEqualTo(16);
        var rgb = ImageIO.read(new ByteArrayInputStream(
                Base64.getDecoder().decode(second.path("b64_json").asString())));
        assertThat(List.of(rgb.getWidth(), rgb.getHeight())).isEqualTo(List.of(depth.getWidth(), depth.getHeight()));
    }

    @Test
    void addressesLeadToTheGallery() {
        var image = server.post(
                        "/v1/images/generations", "{\"prompt\": \"hills\", \"steps\": 2, \"depth\": true, \"n\": null}")
                .json()
                .path("data")
                .path(0);
        assertThat(image.path("url").asString())
                .startsWith("http://127.0.0.1:%d/v1/images/img-".formatted(server.server.port()))
                .endsWith("/rgb.png");
        assertThat(image.path("depth_url").asString()).endsWith("/depth.png");
        for (var name : List.of("rgb", "depth")) {
            var picture = server.get(image.path("links").path(name).asString());
            assertThat(picture.status()).isEqualTo(200);
            assertThat(picture.header("Content-Type")).isEqualTo("image/png");
            assertThat(picture.response().body()).startsWith(0x89, 'P', 'N', 'G');
        }
    }

    @Test
    void theGalleryTellsListsAndDeletes() {
        var id = made("a lamp");
        var image = server.get("/v1/images/" + id).json();
        assertThat(image.path("prompt").asString()).isEqualTo("a lamp");
        assertThat(image.path("scheduler").asString()).endsWith("Scheduler");
        assertThat(server.get("/v1/images/%s/sidecar".formatted(id))
                        .json()
                        .path("prompt")
                        .asString())
                .isEqualTo("a lamp");
        var newest = server.get("/v1/images?limit=1").json();
        assertThat(newest.path("data").path(0).path("id").asString()).isEqualTo(id);
        made("another lamp");
        var older = server.get("/v1/images?after=" + made("a third lamp")).json();
        assertThat(older.path("data").path(0).path("prompt").asString()).isEqualTo("another lamp");
        assertThat(older.path("data").path(1).path("id").asString()).isEqualTo(id);

        var total = newest.path("total").intValue() + 2;
        assertThat(server.delete("/v1/images/" + id).status()).isEqualTo(204);
        assertThat(server.get("/v1/images").json().path("total").intValue()).isEqualTo(total - 1);
        assertThat(server.get("/v1/images/" + id).status()).isEqualTo(404);
        assertThat(folder.resolve(id)).doesNotExist();
        assertThat(folder)
                .isDirectoryNotContaining(file -> file.getFileName().toString().startsWith(".img"));
    }

    @Test
    void theViewIsOnePageOfItsOwn() {
        var view = server.get("/v1/images/%s/view".formatted(made("a field")));
        assertThat(view.header("Content-Type")).isEqualTo("text/html; charset=utf-8");
        assertThat(view.header("Content-Security-Policy"))
                .contains("default-src 'none'")
                .contains("frame-ancestors 'self'");
        assertThat(new String(view.response().body(), java.nio.charset.StandardCharsets.UTF_8))
                .contains("suffice-scene")
                .contains("a field");
    }

    @Test
    void everyFormatIsOfferedAndDownloads() throws IOException {
        var id = made("a house");
        var links = server.get("/v1/images/" + id).json().path("links").path("exports");
        var formats = server.get("/v1/formats").json().path("data");
        assertThat(formats.size()).isPositive().isEqualTo(links.size());
        for (var format : formats) {
            var export = server.get(links.path(format.path("id").asString()).asString());
            assertThat(export.status()).as(format.toString()).isEqualTo(200);
            assertThat(export.header("Content-Disposition")).startsWith("attachment; filename=\"a-house-");
            assertThat(export.response().body()).isNotEmpty();
            if (export.header("Content-Type").equals("application/zip")) {
                try (var zip = new ZipInputStream(
                        new ByteArrayInputStream(export.response().body()))) {
                    assertThat(zip.getNextEntry()).isNotNull();
                    assertThat(zip.getNextEntry()).as("more than one file").isNotNull();
                }
            }
        }
        assertThat(server.get(links.path("glb").asString()).response().body()).startsWith('g', 'l', 'T', 'F');
    }

    @Test
    void tellsWhatThereIs() {
        var model = server.get("/v1/models").json().path("data").path(0);
        assertThat(model.path("id").asString()).isEqualTo("tiny");
        assertThat(model.path("loaded").booleanValue()).isTrue();
        assertThat(model.path("limits").path("size_multiple").intValue()).isEqualTo(2);
        assertThat(server.get("/v1/models/tiny").json()).isEqualTo(model);
        var names = new ArrayList<String>();
        server.get("/v1/schedulers")
                .json()
                .path("data")
                .forEach(one -> names.add(one.path("id").asString()));
        assertThat(names).contains("ddim", "euler-a", "unipc-karras");
        var steps = server.get("/v1/steps?prompt=a+sofa&scheduler=ddim&panorama=true")
                .json();
        assertThat(steps.path("steps").intValue())
                .isEqualTo(model.path("defaults").path("steps").intValue());
        assertThat(steps.path("source").asString()).isEqualTo("model card");
        assertThat(server.get("/health").json().path("status").asString()).isEqualTo("ready");
    }

    @Test
    void whatTheModelShelfKnowsIsWhatThePipelineDoes() {
        var defaults = server.get("/v1/models/tiny").json().path("defaults");
        var image = server.post("/v1/images/generations", "{\"prompt\": \"x\"}")
                .json()
                .path("data")
                .path(0);
        assertThat(image.path("steps").intValue())
                .isEqualTo(defaults.path("steps").intValue());
        assertThat(image.path("guidance").doubleValue())
                .isEqualTo(defaults.path("guidance").doubleValue());
        assertThat(image.path("width").intValue() + "x" + image.path("height").intValue())
                .isEqualTo(defaults.path("size").asString());
        assertThat(image.path("scheduler").asString())
                .isEqualTo(defaults.path("scheduler").asString());
    }

    @Test
    void countsWhatHappens() {
        made("counted");
        server.get("/nowhere");
        var metrics = new String(server.get("/metrics").response().body(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(metrics)
                .contains("# TYPE suffice_http_request_seconds histogram")
                .containsPattern("suffice_http_requests_total\\{method=\"GET\",route=\"none\",status=\"404\"} [1-9]")
                .containsPattern(
                        "suffice_http_requests_total\\{method=\"POST\",route=\"/v1/images/generations\",status=\"200\"} [1-9]")
                .containsPattern("suffice_jobs_ended_total\\{state=\"done\"} [1-9]")
                .contains("suffice_jobs{state=\"running\"} 0")
                .contains("suffice_queue_length 0")
                .containsPattern("suffice_unet_passes_total [1-9]")
                .containsPattern("suffice_unet_passes_reference_total [1-9]")
                .containsPattern("suffice_flops_total [1-9]")
                .containsPattern("suffice_heap_used_bytes [1-9]");
    }

    @Test
    void theDocumentNamesEveryRouteAndField() {
        var document = server.get("/openapi.json").json();
        assertThat(document.path("openapi").asString()).isEqualTo("3.1.0");
        var documented = new HashSet<String>();
        document.path("paths")
                .properties()
                .forEach(path -> path.getValue()
                        .propertyNames()
                        .forEach(method ->
                                documented.add(method.toUpperCase(java.util.Locale.ROOT) + " " + path.getKey())));
        var parts = server.server.routes().stream()
                .filter(route -> route.startsWith("GET /studio/") || route.equals("GET /favicon.svg"))
                .toList();
        var served = new HashSet<>(server.server.routes());
        served.removeAll(parts);
        assertThat(documented).isEqualTo(served);
        var fields = document.path("components")
                .path("schemas")
                .path("GenerationRequest")
                .path("properties");
        var unknown =
                server.post("/v1/jobs", "{\"prompt\": \"x\", \"other\": 1}").message();
        assertThat(unknown).endsWith("known are " + String.join(", ", fields.propertyNames()));
    }

    @Test
    void everyPartOfThePageIsThere() {
        for (var route : server.server.routes()) {
            if (route.startsWith("GET /studio/")
                    || List.of("GET /", "GET /docs", "GET /favicon.svg").contains(route)) {
                var part = server.get(route.substring(4));
                assertThat(part.status()).as(route).isEqualTo(200);
                assertThat(part.response().body().length).as(route).isGreaterThan(100);
                var again = server.send(java.net.http.HttpRequest.newBuilder(server.uri(route.substring(4)))
                        .header("If-None-Match", part.header("ETag")));
                assertThat(again.status()).as(route).isEqualTo(304);
            }
        }
        assertThat(server.get("/").header("Content-Security-Policy"))
                .contains("script-src 'self'")
                .doesNotContain("unsafe");
    }

    @Test
    void everyAnswerIsGuarded() {
        for (var path : List.of("/", "/health", "/v1/images", "/nowhere")) {
            var answer = server.get(path);
            assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
            assertThat(answer.header("Referrer-Policy")).isEqualTo("no-referrer");
            assertThat(answer.header("Content-Security-Policy")).contains("frame-ancestors 'none'");
            assertThat(answer.header("Access-Control-Allow-Origin")).isEmpty();
        }
    }

    @Test
    void headIsGetWithoutTheBody() {
        var get = server.get("/v1/models");
        var head = server.send(
                java.net.http.HttpRequest.newBuilder(server.uri("/v1/models")).HEAD());
        assertThat(head.status()).isEqualTo(200);
        assertThat(head.header("Content-Length")).isEqualTo(get.header("Content-Length"));
        assertThat(head.response().body()).isEmpty();
    }

    @Test
    void keepsTheNewest() throws IOException {
        var small = folder.resolveSibling("small-gallery");
        try (var keeping = TestServer.tiny(small, settings -> settings.withGallery(small, 2))) {
            keeping.post("/v1/images/generations", "{\"prompt\": \"x\", \"n\": 3, \"steps\": 1, \"seed\": 1}");
            var left = keeping.get("/v1/images").json().path("data");
            assertThat(left.size()).isEqualTo(2);
            assertThat(left.path(1).path("seed").intValue()).isEqualTo(2);
            try (var files = Files.list(small)) {
                assertThat(files).filteredOn(file -> !file.endsWith(".lock")).hasSize(2);
            }
        }
    }

    private static String made(String prompt) {
        var answer = server.post("/v1/images/generations", "{\"prompt\": \"%s\", \"steps\": 1}".formatted(prompt));
        assertThat(answer.status()).isEqualTo(200);
        return answer.json().path("data").path(0).path("id").asString();
    }
}
