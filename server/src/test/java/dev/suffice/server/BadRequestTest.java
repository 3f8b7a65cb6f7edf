package dev.suffice.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Wrong requests: what they are told, word for word. */
class BadRequestTest {
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

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"n\": 1} | prompt | missing_field | prompt: is missing or blank; say what the image shows",
                "{\"prompt\": \" \\n\"} | prompt | missing_field | prompt: is missing or blank; say what the image shows",
                "{\"prompt\": 3} | prompt | invalid_value | prompt 3: must be a text",
                "{\"prompt\": \"a\\u0000b\"} | prompt | invalid_value | prompt: has the character U+0000; leave it out",
                "{\"prompt\": \"a\\ud800b\"} | prompt | invalid_value | prompt: has the character U+D800; leave it out",
                "{\"prompt\": \"x\", \"steps\": 0} | steps | invalid_value | steps 0: must be a whole number between 1 and 1000",
                "{\"prompt\": \"x\", \"steps\": 2.5} | steps | invalid_value | steps 2.5: must be a whole number between 1 and 1000",
                "{\"prompt\": \"x\", \"steps\": \"many\"} | steps | invalid_value | steps many: must be auto or a whole number between 1 and 1000",
                "{\"prompt\": \"x\", \"steps\": 1e400} | steps | invalid_value | steps \"?\": must be a whole number between 1 and 1000",
                "{\"prompt\": \"x\", \"n\": 11} | n | invalid_value | n 11: must be a whole number between 1 and 10",
                "{\"prompt\": \"x\", \"n\": \"2\"} | n | invalid_value | n 2: must be a whole number between 1 and 10",
                "{\"prompt\": \"x\", \"n\": 99999999999999999999} | n | invalid_value | n 99999999999999999999: must be a whole number between 1 and 10",
                "{\"prompt\": \"x\", \"guidance\": 0.5} | guidance | invalid_value | guidance 0.5: must be a number between 1 and 1000",
                "{\"prompt\": \"x\", \"guidance_rescale\": 2} | guidance_rescale | invalid_value | guidance_rescale 2: must be a number between 0 and 1",
                "{\"prompt\": \"x\", \"seed\": -1} | seed | invalid_value | seed -1: must be a whole number between 0 and 9007199254740991",
                "{\"prompt\": \"x\", \"size\": \"big\"} | size | invalid_value | size big: must be auto or WIDTHxHEIGHT, e.g. 32x16",
                "{\"prompt\": \"x\", \"size\": \"33x16\"} | size | invalid_value | size 33x16: width and height must be multiples of 2 for the model tiny",
                "{\"prompt\": \"x\", \"size\": \"2048x16\"} | size | invalid_value | size 2048x16: width and height must be at most 1024 here",
                "{\"prompt\": \"x\", \"size\": \"32x32\", \"panorama\": true} | size | invalid_value | size 32x32: a panorama is twice as wide as high, e.g. 64x16",
                "{\"prompt\": \"x\", \"panorama\": \"yes\"} | panorama | invalid_value | panorama yes: must be true or false",
                "{\"prompt\": \"x\", \"enlarge\": 4} | enlarge | invalid_value | enlarge 4: must be true or false",
                "{\"prompt\": \"x\", \"enlarge\": true} | enlarge | invalid_value | enlarge true: the model tiny has no upscaler",
                "{\"prompt\": \"x\", \"model\": \"dall-e-3\"} | model | model_not_found | model dall-e-3: unknown; this server has tiny",
                "{\"prompt\": \"x\", \"model\": \"../tiny\"} | model | model_not_found | model ../tiny: unknown; this server has tiny",
                "{\"prompt\": \"x\", \"response_format\": \"png\"} | response_format | invalid_value | response_format png: must be url or b64_json",
                "{\"prompt\": \"x\", \"async\": 1} | async | invalid_value | async 1: must be true or false",
            })
    void aFieldThatIsWrongIsNamed(String body, String param, String code, String message) {
        for (var path : new String[] {"/v1/images/generations", "/v1/jobs"}) {
            var answer = server.post(path, body);
            assertThat(answer.status()).isEqualTo(400);
            var error = answer.json().path("error");
            assertThat(error.path("type").asString()).isEqualTo("invalid_request_error");
            assertThat(error.path("param").asString()).isEqualTo(param);
            assertThat(error.path("code").asString()).isEqualTo(code);
            assertThat(error.path("message").asString().replace("Infinity", "?").replace("1E+400", "?"))
                    .isEqualTo(message);
        }
        assertThat(server.get("/v1/jobs").json().path("data").size()).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`` | body: must be a JSON object",
                "[] | body: must be a JSON object",
                "null | body: must be a JSON object",
                "{\"prompt\": \"x\" | body: is not JSON at line 1, column 15: Unexpected end-of-input",
                "{\"prompt\": \"x\"} {} | body: is not JSON at line 1, column 17: Trailing token",
                "{\"prompt\": \"x\", \"prompt\": \"y\"} | body: is not JSON at line 1, column 25: Duplicate Object property \"prompt\"",
            })
    void whatIsNotJsonIsLocated(String body, String message) {
        var answer = server.post("/v1/jobs", body);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().path("error").path("code").asString()).isEqualTo("malformed_json");
        assertThat(answer.message()).startsWith(message);
    }

    @Test
    void deepAndLongJsonIsRefused() {
        assertThat(server.post("/v1/jobs", "[".repeat(30_000)).status()).isEqualTo(400);
        assertThat(server.post("/v1/jobs", "{\"n\": " + "9".repeat(5_000) + "}").status())
                .isEqualTo(400);
        var long_ = server.post("/v1/jobs", "{\"prompt\": \"%s\"}".formatted("x".repeat(4001)));
        assertThat(long_.message()).isEqualTo("prompt of 4001 characters: must have at most 4000");
    }

    @Test
    void anUnknownSamplerIsRefusedWithTheKnownOnes() {
        var answer = server.post("/v1/jobs", "{\"prompt\": \"x\", \"scheduler\": \"magic\"}");
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.message()).startsWith("scheduler \"magic\": unknown; must be one of ddim, ddpm, pndm");
        assertThat(server.get("/v1/steps?scheduler=magic").message()).isEqualTo(answer.message());
    }

    @Test
    void otherMediaTypesAreRefused() {
        var answer = server.send(HttpRequest.newBuilder(server.uri("/v1/jobs"))
                .header("Content-Type", "text/plain")
                .POST(HttpRequest.BodyPublishers.ofString("{}")));
        assertThat(answer.status()).isEqualTo(415);
        assertThat(answer.message()).isEqualTo("content type text/plain: must be application/json");
        var none =
                server.send(HttpRequest.newBuilder(server.uri("/v1/jobs")).POST(HttpRequest.BodyPublishers.noBody()));
        assertThat(none.message()).isEqualTo("content type missing: must be application/json");
        var charset = server.send(HttpRequest.newBuilder(server.uri("/v1/jobs"))
                .header("Content-Type", "Application/JSON; charset=utf-8")
                .POST(HttpRequest.BodyPublishers.ofString("{}")));
        assertThat(charset.status()).isEqualTo(400);
    }

    @ParameterizedTest
    @CsvSource({
        "PUT, /v1/jobs, 'GET, HEAD, POST'",
        "POST, /v1/images, 'GET, HEAD'",
        "PATCH, /v1/images/img-1, 'DELETE, GET, HEAD'",
        "OPTIONS, /health, 'GET, HEAD'",
        "DELETE, /, 'GET, HEAD'",
        "PROPFIND, /v1/session, 'DELETE, POST'",
    })
    void aMethodThatAPathDoesNotTakeIsToldWhichItTakes(String method, String path, String allowed) {
        var answer = server.send(
                HttpRequest.newBuilder(server.uri(path)).method(method, HttpRequest.BodyPublishers.noBody()));
        assertThat(answer.status()).isEqualTo(405);
        assertThat(answer.header("Allow")).isEqualTo(allowed);
        assertThat(answer.message()).isEqualTo("%s %s: this path takes %s".formatted(method, path, allowed));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/v1/images/none | image none: not in the gallery; /v1/images lists what is",
                "/v1/images/none/rgb.png | image none: not in the gallery; /v1/images lists what is",
                "/v1/images/none/view | image none: not in the gallery; /v1/images lists what is",
                "/v1/images/none/exports/glb | image none: not in the gallery; /v1/images lists what is",
                "/v1/jobs/none | job none: unknown or forgotten; finished images are in /v1/images",
                "/v1/jobs/none/events | job none: unknown or forgotten; finished images are in /v1/images",
                "/v1/models/none | model none: unknown; this server has tiny",
                "/v2 | /v2: no such page; /openapi.json lists what there is",
                "/v1/images/ | image : not in the gallery; /v1/images lists what is",
            })
    void whatIsNotThereIsNamed(String path, String message) {
        var answer = server.get(path);
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.json().path("error").path("type").asString()).isEqualTo("not_found_error");
        assertThat(answer.message()).isEqualTo(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/v1/images?limit=0 | limit | parameter limit: 0: must be a whole number between 1 and 200",
                "/v1/images?limit=x | limit | parameter limit: x: must be a whole number between 1 and 200",
                "/v1/images?limit=1&limit=2 | limit | parameter limit: stands there 2 times; give it once",
                "/v1/images?page=2 | page | parameter page: unknown; this route takes limit, after",
                "/v1/models?x=1 | x | parameter x: unknown; this route takes none",
                "/v1/steps?panorama=1 | panorama | parameter panorama: 1: must be true or false",
            })
    void aParameterThatIsWrongIsNamed(String path, String param, String message) {
        var answer = server.get(path);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().path("error").path("param").asString()).isEqualTo(param);
        assertThat(answer.message()).isEqualTo(message);
    }
}
