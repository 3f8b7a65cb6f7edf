package dev.suffice.diffusion;

import dev.suffice.core.StepCount;
import dev.suffice.core.SufficeException;
import dev.suffice.diffusion.StepChoice.Source;
import dev.suffice.diffusion.policy.StepPolicy;
import dev.suffice.diffusion.policy.StepRule;
import dev.suffice.diffusion.policy.StepRules;
import dev.suffice.diffusion.stepsaver.SamplerSetting;
import dev.suffice.diffusion.stepsaver.SentenceFeatures;
import dev.suffice.diffusion.stepsaver.StepAdvice;
import dev.suffice.diffusion.stepsaver.StepPredictor;
import dev.suffice.engine.Engine;
import dev.suffice.engine.SessionOptions;
import dev.suffice.models.folder.ModelFingerprint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the number of steps of a run: as the request says, else as the model's predictor says of the prompt, else as the model's card says.
 * The predictor is asked only about runs like those that it was trained on. Thread-safe.
 */
final class StepChooser implements AutoCloseable {
    private final Path folder;
    private final String name;
    private final int recommended;
    private final Path cache;
    private final Engine engine;
    private final SessionOptions options;
    private @Nullable StepPredictor read;
    private boolean checked;
    private @Nullable SentenceFeatures sentences;

    StepChooser(Path folder, String name, int recommended, Path cache, Engine engine, SessionOptions options) {
        this.folder = folder;
        this.name = name;
        this.recommended = recommended;
        this.cache = cache;
        this.engine = engine;
        this.options = options;
    }

    /** Read when it is first asked for, so that a model whose predictor is damaged can still be run, and labelled anew. */
    synchronized Optional<StepPredictor> predictor() {
        if (read == null) {
            var files = folder.resolve(StepPredictor.FOLDER);
            if (!Files.isDirectory(files)) {
                return Optional.empty();
            }
            read = StepPredictor.read(files);
        }
        return Optional.of(read);
    }

    /**
     * Chooses.
     *
     * @param scheduler canonical name of the sampler
     * @param recommendedRules decisions that the model's card recommends
     * @param usual whether size and guidance are the model's own
     * @param encoding of the prompt, [positions, width]
     */
    StepChoice choose(
            ImageRequest request,
            String scheduler,
            List<StepRule> recommendedRules,
            boolean usual,
            PromptEncoding encoding,
            int width) {
        var rules = switch (request.policy()) {
            case StepPolicy.None _ -> List.<StepRule>of();
            case StepPolicy.Auto _ -> recommendedRules;
            case StepPolicy.Rules(var given) -> given;
        };
        return switch (request.steps()) {
            case StepCount.Fixed(int steps) -> new StepChoice(steps, rules, Source.REQUESTED, "", Optional.empty());
            case StepCount.Auto(var risk) -> {
                var together = new SamplerSetting(scheduler, rules).text();
                var obstacle = obstacle(request, scheduler, together, usual);
                if (obstacle.isPresent()) {
                    boolean alone = request.policy() instanceof StepPolicy.Auto && rules.isEmpty();
                    yield new StepChoice(
                            recommended,
                            alone ? List.of(StepRules.named("skip", OptionalDouble.empty())) : rules,
                            Source.RECOMMENDED,
                            "steps: %d, as the model recommends: %s".formatted(recommended, obstacle.get()),
                            Optional.empty());
                }
                yield predicted(request, scheduler, together, rules, risk, encoding, width);
            }
        };
    }

    /**
     * The predictor's choice: for the sampler with these decisions if it knows that; else for the sampler alone, without decisions unless the
     * request asks for them.
     */
    private StepChoice predicted(
            ImageRequest request,
            String scheduler,
            String together,
            List<StepRule> rules,
            OptionalDouble risk,
            PromptEncoding encoding,
            int width) {
        boolean known = predictor().orElseThrow().knows(together);
        var advice = advise(request.prompt(), known ? together : scheduler, risk, encoding, width);
        boolean asked = !known && request.policy() instanceof StepPolicy.Rules;
        return new StepChoice(
                advice.steps(),
                known || asked ? rules : List.of(),
                Source.PREDICTED,
                "steps: " + words(advice) + (asked ? "; its promise is for runs without the decisions asked for" : ""),
                Optional.of(advice));
    }

    /** Why the predictor is not asked. */
    private Optional<String> obstacle(ImageRequest request, String scheduler, String together, boolean usual) {
        var predictor = predictor();
        if (predictor.isEmpty()) {
            return Optional.of("it has no predictor (./suffice label and train stepsaver make one)");
        }
        if (!predictor.get().knows(scheduler) && !predictor.get().knows(together)) {
            return Optional.of("its predictor was not trained for %s".formatted(scheduler));
        }
        if (request.panorama()
                || request.init().isPresent()
                || request.lowResolution().isPresent()
                || request.eta() > 0
                || !request.negativePrompt().isEmpty()
                || !usual) {
            return Optional.of(
                    "its predictor was trained for pictures from text alone, of the model's own size and guidance");
        }
        return Optional.empty();
    }

    /** What the predictor says; it must know the sampler. */
    StepAdvice advise(String prompt, String scheduler, OptionalDouble risk, PromptEncoding encoding, int width) {
        var asked = predictor()
                .orElseThrow(() -> new SufficeException(
                        "model %s: has no predictor of steps; make one with ./suffice label --model %s and ./suffice train stepsaver --model %s, or give the number of steps"
                                .formatted(name, name, name)));
        check(asked);
        var features = asked.settings().encoder().isEmpty() ? encoding.features(width) : sentence(asked, prompt);
        return asked.advise(features, scheduler, risk.orElse(asked.settings().risk()));
    }

    private synchronized void check(StepPredictor asked) {
        if (checked) {
            return;
        }
        var own = ModelFingerprint.of(folder);
        var trainedFor = asked.settings().model();
        // A quantised model makes nearly the pictures of its original, in as many steps.
        if (!own.equals(trainedFor) && !ModelFingerprint.ofOriginal(folder).equals(Optional.of(trainedFor))) {
            throw new SufficeException(
                    "%s: was trained for another model (fingerprint %s, this one has %s); remove it, train it anew (./suffice label, ./suffice train stepsaver), or give the number of steps"
                            .formatted(folder.resolve(StepPredictor.FOLDER), trainedFor, own));
        }
        checked = true;
    }

    private synchronized float[] sentence(StepPredictor asked, String prompt) {
        if (sentences == null) {
            sentences = SentenceFeatures.open(asked.settings().encoder().orElseThrow(), cache, engine, options);
        }
        return sentences.of(prompt);
    }

    private static String words(StepAdvice advice) {
        return advice.familiar()
                ? String.format(
                        Locale.ROOT,
                        "%d, predicted for this prompt (%d to %d, %.0f%% sure that no more are needed)",
                        advice.steps(),
                        advice.least(),
                        advice.steps(),
                        100 * (1 - advice.risk()))
                : "%d, the safe number: the prompt is unlike those that the predictor knows".formatted(advice.steps());
    }

    @Override
    public synchronized void close() {
        if (sentences != null) {
            sentences.close();
            sentences = null;
        }
    }
}
