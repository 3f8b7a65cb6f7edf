package dev.suffice.server.model;

import dev.suffice.diffusion.ImageRequest;
import java.util.Optional;

/**
 * Says how many steps a prompt needs with a model and a sampler, before anything is run: what the page shows beside the prompt.
 *  Thread-safe and quick: it is asked while people type.
 */
@FunctionalInterface
public interface StepAdvisor {
    /**
     * Advice.
     *
     * @param model that will run
     * @param prompt as far as it is typed
     * @param scheduler name or class of the sampler; empty for the model's own
     * @param panorama whether a 360 degree view is wanted
     */
    StepAdvice advise(ModelFacts model, String prompt, Optional<String> scheduler, boolean panorama);

    /** What the model's card recommends, the same for every prompt: what {@code steps: auto} runs. */
    static StepAdvisor modelCard() {
        return (model, prompt, scheduler, panorama) -> new StepAdvice(
                model.steps(),
                "model card",
                "the model card of %s recommends %d steps for every prompt".formatted(model.name(), model.steps()));
    }

    /**
     * What a model's own predictor says of the prompt, where it has one that knows the sampler and the model is loaded; else what its card
     * recommends.
     */
    static StepAdvisor predicted(ModelShelf models) {
        return (model, prompt, scheduler, panorama) -> {
            if (!panorama && !prompt.isBlank() && models.loaded().contains(model.name())) {
                try (var use = models.use(model.name())) {
                    var request = ImageRequest.of(prompt);
                    scheduler.ifPresent(request::scheduler);
                    var advice = use.pipeline().chooseSteps(request.build()).advice();
                    if (advice.isPresent()) {
                        return predicted(advice.get());
                    }
                }
            }
            return modelCard().advise(model, prompt, scheduler, panorama);
        };
    }

    private static StepAdvice predicted(dev.suffice.diffusion.stepsaver.StepAdvice advice) {
        return new StepAdvice(
                advice.steps(),
                "predictor",
                advice.familiar()
                        ? "the predictor expects %d to %d steps for this prompt with %s"
                                .formatted(advice.least(), advice.steps(), advice.scheduler())
                        : "the prompt is unlike those that the predictor knows: %d steps are safe"
                                .formatted(advice.steps()));
    }
}
