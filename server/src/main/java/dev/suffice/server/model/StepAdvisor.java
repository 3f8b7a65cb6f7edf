package dev.suffice.server.model;

import java.util.Optional;

/**
 * Says how many steps a prompt needs with a model and a sampler, before anything is run: what the page shows beside the prompt.
 * A predictor takes the place of {@link #modelCard()} here and nowhere else. Thread-safe and quick: it is asked while people type.
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
}
