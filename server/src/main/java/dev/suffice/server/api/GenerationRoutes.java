package dev.suffice.server.api;

import dev.suffice.core.SufficeException;
import dev.suffice.server.Limits;
import dev.suffice.server.gallery.Gallery;
import dev.suffice.server.gallery.GalleryItem;
import dev.suffice.server.http.ApiException;
import dev.suffice.server.http.Call;
import dev.suffice.server.http.Excerpt;
import dev.suffice.server.http.Json;
import dev.suffice.server.http.Reply;
import dev.suffice.server.http.Route;
import dev.suffice.server.job.Job;
import dev.suffice.server.job.JobQueue;
import dev.suffice.server.job.JobState;
import dev.suffice.server.model.ModelShelf;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.node.ObjectNode;

/** Images from prompts: at once in OpenAI's form, or as jobs. */
public final class GenerationRoutes {
    private final ModelShelf models;
    private final JobQueue jobs;
    private final Gallery gallery;
    private final Limits limits;
    private final EventStream events;

    /** Over those models, that queue and that gallery. */
    public GenerationRoutes(ModelShelf models, JobQueue jobs, Gallery gallery, Limits limits, Duration heartbeat) {
        this.models = models;
        this.jobs = jobs;
        this.gallery = gallery;
        this.limits = limits;
        this.events = new EventStream(heartbeat);
    }

    /** The routes. */
    public List<Route> routes() {
        return List.of(
                Route.of("POST", "/v1/images/generations", this::generate),
                Route.of("POST", "/v1/jobs", this::submit),
                Route.of("GET", "/v1/jobs", this::list),
                Route.of("GET", "/v1/jobs/{id}", call -> Reply.json(200, JobJson.of(job(call), gallery))),
                Route.of("GET", "/v1/jobs/{id}/events", this::events),
                Route.of("DELETE", "/v1/jobs/{id}", this::cancel));
    }

    private Reply generate(Call call) {
        call.onlyParameters();
        var body = GenerationBody.read(call, models, limits);
        var job = jobs.submit(body.order());
        var preferred =
                call.header("prefer").orElse("").toLowerCase(Locale.ROOT).contains("respond-async");
        if (body.async() || preferred) {
            return accepted(job);
        }
        try {
            if (!job.events().awaitEnd(limits.syncTime())) {
                return accepted(job);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return accepted(job);
        }
        return answer(call, job, body);
    }

    private Reply answer(Call call, Job job, GenerationBody body) {
        var standing = job.standing();
        if (standing.state() == JobState.CANCELLED) {
            throw ApiException.of(
                    409,
                    ApiException.Type.INVALID_REQUEST,
                    "cancelled",
                    "job %s: was cancelled before it ended".formatted(job.id()));
        }
        if (standing.failure().isPresent()) {
            var failure = standing.failure().get();
            return Reply.json(failure.status(), Json.object().set("error", failure.error()));
        }
        var answer = Json.object().put("created", job.created().getEpochSecond());
        var data = answer.putArray("data");
        for (var id : standing.images()) {
            gallery.find(id).ifPresent(item -> {
                var node = data.addObject();
                picture(
                        node,
                        "b64_json",
                        "url",
                        item.rgb(),
                        call.base() + ImageJson.links(item).path("rgb").asString(),
                        body);
                if (body.depth()) {
                    picture(
                            node,
                            "depth_b64_json",
                            "depth_url",
                            item.depth(),
                            call.base() + ImageJson.links(item).path("depth").asString(),
                            body);
                }
                node.setAll(told(item));
            });
        }
        return Reply.json(200, answer);
    }

    private static void picture(
            ObjectNode node, String pictureName, String addressName, Path file, String address, GenerationBody body) {
        if (!body.pictures()) {
            node.put(addressName, address);
            return;
        }
        try {
            node.put(pictureName, Base64.getEncoder().encodeToString(Files.readAllBytes(file)));
        } catch (IOException e) {
            throw new SufficeException("gallery: %s cannot be read".formatted(file), e);
        }
    }

    private static ObjectNode told(GalleryItem item) {
        var node = ImageJson.of(item);
        node.remove(List.of("object", "created"));
        return node;
    }

    private Reply accepted(Job job) {
        return Reply.json(202, JobJson.of(job, gallery)).withHeader("Location", "/v1/jobs/" + job.id());
    }

    private Reply submit(Call call) {
        call.onlyParameters();
        return accepted(jobs.submit(GenerationBody.read(call, models, limits).order()));
    }

    private Reply list(Call call) {
        call.onlyParameters("limit");
        var most = call.number("limit", 50, 1, 200);
        var list = Json.object().put("object", "list");
        var data = list.putArray("data");
        jobs.all().stream().limit(most).forEach(job -> data.add(JobJson.of(job, gallery)));
        return Reply.json(200, list);
    }

    private Reply events(Call call) {
        call.onlyParameters("last_event_id");
        return events.of(call, job(call).events());
    }

    private Reply cancel(Call call) {
        var job = job(call);
        jobs.cancel(job);
        return Reply.json(job.standing().state().ended() ? 200 : 202, JobJson.of(job, gallery));
    }

    private Job job(Call call) {
        return jobs.find(call.variable("id"))
                .orElseThrow(
                        () -> ApiException.notFound("job %s: unknown or forgotten; finished images are in /v1/images"
                                .formatted(Excerpt.of(call.variable("id")))));
    }
}
