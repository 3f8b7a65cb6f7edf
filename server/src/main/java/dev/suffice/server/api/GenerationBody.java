package dev.suffice.server.api;

import dev.suffice.core.InvalidRequestException;
import dev.suffice.core.StepCount;
import dev.suffice.core.SufficeException;
import dev.suffice.diffusion.ImageRequest;
import dev.suffice.diffusion.ImageSize;
import dev.suffice.diffusion.scheduler.SamplingPlan;
import dev.suffice.diffusion.scheduler.Schedulers;
import dev.suffice.server.Limits;
import dev.suffice.server.http.ApiException;
import dev.suffice.server.http.Call;
import dev.suffice.server.http.Excerpt;
import dev.suffice.server.http.Fields;
import dev.suffice.server.job.Order;
import dev.suffice.server.model.ModelFacts;
import dev.suffice.server.model.ModelShelf;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;

/**
 * A request for images: OpenAI's fields and this server's extensions, every one checked before anything waits or runs.
 *
 * @param order what is to be made
 * @param pictures whether the answer carries the pictures themselves, as base64, or their addresses
 * @param depth whether it carries depth maps too
 * @param async whether to answer at once with a job
 */
record GenerationBody(Order order, boolean pictures, boolean depth, boolean async) {
    static final List<String> FIELDS = List.of(
            "prompt",
            "n",
            "size",
            "response_format",
            "model",
            "user",
            "negative_prompt",
            "steps",
            "guidance",
            "guidance_rescale",
            "eta",
            "seed",
            "scheduler",
            "panorama",
            "enlarge",
            "depth",
            "async");

    private static final long MAX_SEED = (1L << 53) - 1;
    private static final int MAX_USER = 256;

    static GenerationBody read(Call call, ModelShelf models, Limits limits) {
        var fields = Fields.of(call, FIELDS);
        var prompt = fields.text("prompt", limits.promptCharacters())
                .filter(text -> !text.isBlank())
                .orElseThrow(() -> ApiException.invalid(
                        "prompt", "missing_field", "prompt: is missing or blank; say what the image shows"));
        var model = model(fields, models);
        var panorama = fields.flag("panorama").orElse(false);
        var steps = steps(fields, limits);
        var count = (int) fields.whole("n", 1, limits.images()).orElse(1);
        var request = ImageRequest.of(prompt)
                .negativePrompt(fields.text("negative_prompt", limits.promptCharacters())
                        .orElse(""))
                .steps(steps)
                .panorama(panorama)
                .seed(fields.whole("seed", 0, MAX_SEED)
                        .orElseGet(() -> ThreadLocalRandom.current().nextLong(1L << 32)))
                .count(count);
        var enlarge = enlarge(fields, model);
        enlarge.ifPresent(request::enlarge);
        var multiple = enlarge.orElse(false) ? model.multiple() * model.scale() : model.multiple();
        size(fields, model, multiple, panorama, limits).ifPresent(request::size);
        fields.number("guidance", 1, 1000).ifPresent(request::guidance);
        fields.number("guidance_rescale", 0, 1).ifPresent(request::guidanceRescale);
        fields.number("eta", 0, 1).ifPresent(request::eta);
        var expected = steps instanceof StepCount.Fixed(int fixed) ? fixed : model.steps();
        scheduler(fields, model, expected).ifPresent(request::scheduler);
        fields.text("user", MAX_USER);
        var format =
                fields.choice("response_format", List.of("url", "b64_json")).orElse("url");
        var depth = fields.flag("depth").orElse(false);
        var async = fields.flag("async").orElse(false);
        return new GenerationBody(
                new Order(model.name(), request.build(), expected, given(fields)),
                format.equals("b64_json"),
                depth,
                async);
    }

    private static tools.jackson.databind.node.ObjectNode given(Fields fields) {
        var given = fields.object().deepCopy();
        given.remove(List.of("response_format", "depth", "async", "user"));
        return given;
    }

    private static ModelFacts model(Fields fields, ModelShelf models) {
        var name = fields.text("model", 200);
        if (name.isEmpty()) {
            return models.first();
        }
        return models.find(name.get())
                .orElseThrow(() -> ApiException.invalid(
                        "model",
                        "model_not_found",
                        "model %s: unknown; this server has %s"
                                .formatted(
                                        Excerpt.of(name.get()),
                                        models.all().stream()
                                                .map(ModelFacts::name)
                                                .collect(Collectors.joining(", ")))));
    }

    private static StepCount steps(Fields fields, Limits limits) {
        var node = fields.find("steps");
        if (node.isEmpty() || (node.get().isString() && node.get().stringValue().equals("auto"))) {
            return StepCount.auto();
        }
        if (!node.get().isNumber()) {
            throw Fields.wrong(
                    "steps", node.get(), "auto or a whole number between 1 and %d".formatted(limits.steps()));
        }
        return StepCount.fixed((int) fields.whole("steps", 1, limits.steps()).orElseThrow());
    }

    private static Optional<ImageSize> size(
            Fields fields, ModelFacts model, int multiple, boolean panorama, Limits limits) {
        var text = fields.text("size", 20).filter(value -> !value.equals("auto"));
        if (text.isEmpty()) {
            return Optional.empty();
        }
        ImageSize size;
        try {
            size = ImageSize.parse(text.get());
        } catch (InvalidRequestException e) {
            throw ApiException.invalid(
                    "size",
                    "invalid_value",
                    "size %s: must be auto or WIDTHxHEIGHT, e.g. %s"
                            .formatted(Excerpt.of(text.get()), model.size(panorama)));
        }
        if (size.width() > limits.side() || size.height() > limits.side()) {
            throw ApiException.invalid(
                    "size",
                    "invalid_value",
                    "size %s: width and height must be at most %d here".formatted(size, limits.side()));
        }
        if (size.width() % multiple != 0 || size.height() % multiple != 0) {
            throw ApiException.invalid(
                    "size",
                    "invalid_value",
                    "size %s: width and height must be multiples of %d for the model %s"
                            .formatted(size, multiple, model.name()));
        }
        if (panorama && size.width() != 2 * size.height()) {
            throw ApiException.invalid(
                    "size",
                    "invalid_value",
                    "size %s: a panorama is twice as wide as high, e.g. %s".formatted(size, model.size(true)));
        }
        return Optional.of(size);
    }

    private static Optional<Boolean> enlarge(Fields fields, ModelFacts model) {
        var enlarge = fields.flag("enlarge");
        if (enlarge.orElse(false) && model.scale() == 1) {
            throw ApiException.invalid(
                    "enlarge", "invalid_value", "enlarge true: the model %s has no upscaler".formatted(model.name()));
        }
        return enlarge;
    }

    /** The sampler, tried with its steps: what it cannot do is told now and not when the run begins. */
    private static Optional<String> scheduler(Fields fields, ModelFacts model, int steps) {
        var name = fields.text("scheduler", 60);
        try {
            var scheduler = name.isPresent()
                    ? Schedulers.create(name.get(), model.scheduler())
                    : Schedulers.create(model.scheduler());
            scheduler.start(SamplingPlan.steps(steps));
            return name;
        } catch (SufficeException e) {
            throw ApiException.invalid(
                    name.isPresent() ? "scheduler" : "steps",
                    "invalid_value",
                    Excerpt.longer(String.valueOf(e.getMessage())));
        }
    }
}
