package dev.suffice.server.api;

import dev.suffice.depthfusion.export.Exports;
import dev.suffice.diffusion.scheduler.Schedulers;
import dev.suffice.server.Limits;
import dev.suffice.server.http.ApiException;
import dev.suffice.server.http.Call;
import dev.suffice.server.http.Excerpt;
import dev.suffice.server.http.Json;
import dev.suffice.server.http.Reply;
import dev.suffice.server.http.Route;
import dev.suffice.server.model.ModelFacts;
import dev.suffice.server.model.ModelShelf;
import dev.suffice.server.model.Readiness;
import dev.suffice.server.model.StepAdvisor;
import java.util.List;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ObjectNode;

/** What this server has: models, samplers, recommended steps, limits, and whether it is ready. */
public final class ModelRoutes {
    /** Characters of a prompt that recommendations look at; an address is no place for more. */
    private static final int MAX_TYPED = 1000;

    private final ModelShelf models;
    private final StepAdvisor advisor;
    private final Limits limits;

    /** Over those models. */
    public ModelRoutes(ModelShelf models, StepAdvisor advisor, Limits limits) {
        this.models = models;
        this.advisor = advisor;
        this.limits = limits;
    }

    /** The routes. */
    public List<Route> routes() {
        return List.of(
                Route.of("GET", "/v1/models", this::list),
                Route.of("GET", "/v1/models/{model}", this::one),
                Route.of("GET", "/v1/schedulers", this::schedulers),
                Route.of("GET", "/v1/formats", this::formats),
                Route.of("GET", "/v1/steps", this::steps),
                Route.open("GET", "/health", this::health));
    }

    private Reply list(Call call) {
        call.onlyParameters();
        var list = Json.object().put("object", "list");
        var data = list.putArray("data");
        models.all().forEach(model -> data.add(json(model)));
        return Reply.json(200, list);
    }

    private Reply one(Call call) {
        return Reply.json(200, json(model(call.variable("model"))));
    }

    private ModelFacts model(String name) {
        return models.find(name)
                .orElseThrow(() -> ApiException.notFound("model %s: unknown; this server has %s"
                        .formatted(
                                Excerpt.of(name),
                                models.all().stream().map(ModelFacts::name).collect(Collectors.joining(", ")))));
    }

    private ObjectNode json(ModelFacts model) {
        var node = Json.object()
                .put("id", model.name())
                .put("object", "model")
                .put("created", model.created().getEpochSecond())
                .put("owned_by", "suffice")
                .put("loaded", models.loaded().contains(model.name()))
                .put("default", model.equals(models.first()));
        node.putObject("defaults")
                .put("steps", model.steps())
                .put("guidance", model.guidance())
                .put("panorama_guidance", model.panoramaGuidance())
                .put("size", model.size(false).toString())
                .put("panorama_size", model.size(true).toString())
                .put("enlarge", model.enlarge())
                .put("panorama_enlarge", model.panoramaEnlarge())
                .put("scheduler", model.schedulerClass());
        node.putObject("limits")
                .put("size_multiple", model.multiple())
                .put("enlarge", model.scale())
                .put("side", limits.side())
                .put("steps", limits.steps())
                .put("n", limits.images())
                .put("prompt_characters", limits.promptCharacters());
        return node;
    }

    private Reply schedulers(Call call) {
        call.onlyParameters();
        var list = Json.object().put("object", "list");
        var data = list.putArray("data");
        Schedulers.names().forEach(name -> data.addObject().put("id", name).put("object", "scheduler"));
        return Reply.json(200, list);
    }

    private Reply formats(Call call) {
        call.onlyParameters();
        var list = Json.object().put("object", "list");
        var data = list.putArray("data");
        Exports.all()
                .forEach(export -> data.addObject()
                        .put("id", export.name())
                        .put("object", "format")
                        .put("extension", export.extension())
                        .put("description", export.description()));
        return Reply.json(200, list);
    }

    private Reply steps(Call call) {
        call.onlyParameters("prompt", "model", "scheduler", "panorama");
        var prompt = call.parameter("prompt").orElse("");
        if (prompt.length() > MAX_TYPED) {
            throw ApiException.invalid(
                    "prompt",
                    "too_long",
                    "prompt of %d characters: must have at most %d".formatted(prompt.length(), MAX_TYPED));
        }
        var model = call.parameter("model").map(this::model).orElseGet(models::first);
        var scheduler = call.parameter("scheduler");
        scheduler.ifPresent(name -> checkScheduler(name, model));
        var panorama = call.parameter("panorama").orElse("false");
        if (!panorama.equals("true") && !panorama.equals("false")) {
            throw ApiException.invalid(
                    "panorama",
                    "invalid_value",
                    "parameter panorama: %s: must be true or false".formatted(Excerpt.of(panorama)));
        }
        var advice = advisor.advise(model, prompt, scheduler, panorama.equals("true"));
        return Reply.json(
                200,
                Json.object()
                        .put("object", "steps")
                        .put("model", model.name())
                        .put("steps", advice.steps())
                        .put("source", advice.source())
                        .put("reason", advice.reason()));
    }

    private static void checkScheduler(String name, ModelFacts model) {
        try {
            Schedulers.create(name, model.scheduler());
        } catch (dev.suffice.core.SufficeException e) {
            throw ApiException.invalid("scheduler", "invalid_value", Excerpt.longer(String.valueOf(e.getMessage())));
        }
    }

    private Reply health(Call call) {
        var readiness = models.readiness();
        var node = Json.object()
                .put("status", readiness.state().name().toLowerCase(java.util.Locale.ROOT))
                .put("model", models.first().name());
        node.putObject("progress")
                .put("stage", readiness.stage())
                .put("done", readiness.done())
                .put("total", readiness.total());
        if (readiness.state() == Readiness.State.READY) {
            return Reply.json(200, node);
        }
        return Reply.json(503, node).withHeader("Retry-After", "1");
    }
}
