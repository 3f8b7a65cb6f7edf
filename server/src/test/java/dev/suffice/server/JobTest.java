package dev.suffice.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Jobs: their events in order, resumed, their end, and what a full queue says. */
class JobTest {
    /** Long enough to be seen while it runs, and to be cancelled. */
    private static final String LONG = "{\"prompt\": \"a long run\", \"steps\": 999, \"n\": 8, \"size\": \"64x64\"}";

    @TempDir
    Path folder;

    private record Event(long id, String name, JsonNode data) {}

    /** Reads events until one of that name, or all of them. */
    private static List<Event> events(TestServer server, String job, long after, String last) throws Exception {
        var request = HttpRequest.newBuilder(server.uri("/v1/jobs/%s/events".formatted(job)));
        if (after > 0) {
            request.header("Last-Event-ID", Long.toString(after));
        }
        var response = server.client().send(request.build(), HttpResponse.BodyHandlers.ofLines());
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).contains("text/event-stream");
        var events = new ArrayList<Event>();
        try (var lines = response.body()) {
            long id = 0;
            var name = "";
            for (var line : (Iterable<String>) lines::iterator) {
                if (line.startsWith("id: ")) {
                    id = Long.parseLong(line.substring(4));
                } else if (line.startsWith("event: ")) {
                    name = line.substring(7);
                } else if (line.startsWith("data: ")) {
                    events.add(new Event(id, name, TestServer.JSON.readTree(line.substring(6))));
                    if (name.equals(last)) {
                        break;
                    }
                }
            }
        }
        return events;
    }

    @Test
    void tellsEverythingInOrder() throws Exception {
        try (var server = TestServer.tiny(folder)) {
            var job = server.job("{\"prompt\": \"a sofa\", \"steps\": 4, \"n\": 2}");
            var events = events(server, job, 0, "");
            assertThat(events).extracting(Event::id).isEqualTo(counted(1, events.size()));
            assertThat(events)
                    .extracting(Event::name)
                    .startsWith("queued", "started", "stage")
                    .endsWith("stage", "done")
                    .containsOnlyOnce("done");
            var steps =
                    events.stream().filter(event -> event.name().equals("step")).toList();
            assertThat(steps)
                    .extracting(event -> event.data().path("step").intValue())
                    .containsExactly(1, 2, 3, 4);
            assertThat(steps).allMatch(event -> event.data().path("steps").intValue() == 4);
            var images = events.getLast().data().path("images");
            assertThat(images.size()).isEqualTo(2);
            assertThat(server.get(images.path(1).path("href").asString()).status())
                    .isEqualTo(200);
            assertThat(server.get("/v1/jobs/" + job).json().path("images").size())
                    .isEqualTo(2);
            assertThat(server.get("/v1/jobs")
                            .json()
                            .path("data")
                            .path(0)
                            .path("id")
                            .asString())
                    .isEqualTo(job);
        }
    }

    @Test
    void resumesAfterTheLastEventThatWasHeard() throws Exception {
        try (var server = TestServer.tiny(folder)) {
            var job = server.job("{\"prompt\": \"a sofa\", \"steps\": 5}");
            var all = events(server, job, 0, "");
            var resumed = events(server, job, 4, "");
            assertThat(resumed).extracting(Event::id).isEqualTo(counted(5, all.size()));
            assertThat(resumed)
                    .extracting(Event::name)
                    .isEqualTo(all.stream().skip(4).map(Event::name).toList());
            assertThat(events(server, job, 9999, "")).isEmpty();
            assertThat(server.get("/v1/jobs/%s/events?last_event_id=x".formatted(job))
                            .message())
                    .isEqualTo("last event id x: must be the number of an event of this job");
        }
    }

    @Test
    void showsThePictureAndItsDepthWhileTheyForm() throws Exception {
        try (var server = TestServer.tiny(folder)) {
            var job = server.job(LONG);
            var shown = new ArrayList<Event>();
            var last = 0L;
            while (shown.isEmpty()) {
                var event = events(server, job, last, "step").getLast();
                last = event.id();
                if (event.data().has("previews")) {
                    shown.add(event);
                }
            }
            var preview = shown.getFirst().data().path("previews").path(0);
            assertThat(preview.path("rgb").asString()).startsWith("data:image/png;base64,iVBOR");
            assertThat(preview.path("depth").asString()).startsWith("data:image/png;base64,iVBOR");
            server.delete("/v1/jobs/" + job);
        }
    }

    @Test
    void stopsBetweenSteps() throws Exception {
        try (var server = TestServer.tiny(folder)) {
            var job = server.job(LONG);
            events(server, job, 0, "step");
            assertThat(server.delete("/v1/jobs/" + job).status()).isIn(200, 202);
            assertThat(events(server, job, 0, "").getLast().name()).isEqualTo("cancelled");
            assertThat(server.get("/v1/jobs/" + job).json().path("status").asString())
                    .isEqualTo("cancelled");
            assertThat(server.get("/v1/images").json().path("total").intValue()).isZero();
            assertThat(server.delete("/v1/jobs/" + job).status()).as("again").isEqualTo(200);
            assertThat(server.ended(server.job("{\"prompt\": \"next\", \"steps\": 1}"))
                            .path("status")
                            .asString())
                    .isEqualTo("done");
        }
    }

    @Test
    void aFullQueueSaysWhenToComeBack() throws Exception {
        try (var server = TestServer.tiny(folder, settings -> settings.withQueue(2, 1))) {
            var running = server.job(LONG);
            events(server, running, 0, "step");
            var first = server.job(LONG);
            var second = server.job("{\"prompt\": \"second\", \"steps\": 1}");
            assertThat(server.get("/v1/jobs/" + second).json().path("position").intValue())
                    .isEqualTo(2);
            var refused = server.post("/v1/images/generations", "{\"prompt\": \"third\"}");
            assertThat(refused.status()).isEqualTo(429);
            assertThat(Integer.parseInt(refused.header("Retry-After"))).isBetween(1, 300);
            assertThat(refused.message())
                    .isEqualTo("queue: 2 runs wait already, as many as may; try again in %s s"
                            .formatted(refused.header("Retry-After")));
            assertThat(server.delete("/v1/jobs/" + first).status()).isEqualTo(200);
            assertThat(events(server, first, 0, "")).extracting(Event::name).containsExactly("queued", "cancelled");
            server.delete("/v1/jobs/" + running);
            assertThat(server.ended(second).path("status").asString()).isEqualTo("done");
            assertThat(events(server, second, 0, ""))
                    .filteredOn(event -> event.name().equals("queued"))
                    .extracting(event -> event.data().path("position").intValue())
                    .containsExactly(2, 1);
        }
    }

    @Test
    void asynchronousRequestsAreAnsweredAtOnce() {
        try (var server = TestServer.tiny(folder)) {
            var field = server.post("/v1/images/generations", "{\"prompt\": \"x\", \"steps\": 1, \"async\": true}");
            assertThat(field.status()).isEqualTo(202);
            assertThat(field.header("Location"))
                    .isEqualTo("/v1/jobs/" + field.json().path("id").asString());
            var header = server.send(HttpRequest.newBuilder(server.uri("/v1/images/generations"))
                    .header("Content-Type", "application/json")
                    .header("Prefer", "respond-async, wait=1")
                    .POST(HttpRequest.BodyPublishers.ofString("{\"prompt\": \"x\", \"steps\": 1, \"seed\": 9}")));
            assertThat(header.status()).isEqualTo(202);
            var request = header.json().path("request");
            assertThat(request.path("seed").intValue()).isEqualTo(9);
            assertThat(request.path("model").asString()).isEqualTo("tiny");
        }
    }

    @Test
    void aRunThatTakesTooLongForOneRequestGoesOnAsAJob() {
        try (var server = TestServer.tiny(
                folder,
                settings -> settings.withLimits(settings.limits().withSyncTime(java.time.Duration.ofMillis(1))))) {
            var answer = server.post("/v1/images/generations", LONG);
            assertThat(answer.status()).isEqualTo(202);
            assertThat(answer.json().path("object").asString()).isEqualTo("job");
        }
    }

    @Test
    void stoppingTheServerEndsWhatRuns() throws Exception {
        String job;
        try (var server = TestServer.tiny(folder)) {
            job = server.job(LONG);
            events(server, job, 0, "step");
            server.job(LONG);
        }
        try (var server = TestServer.tiny(folder)) {
            assertThat(server.get("/v1/images").json().path("total").intValue()).isZero();
            assertThat(server.get("/v1/jobs/" + job).status()).isEqualTo(404);
        }
    }

    private static List<Long> counted(long from, long to) {
        return java.util.stream.LongStream.rangeClosed(from, to).boxed().toList();
    }
}
