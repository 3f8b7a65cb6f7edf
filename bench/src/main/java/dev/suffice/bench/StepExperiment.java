package dev.suffice.bench;

import dev.suffice.core.Cancellation;
import dev.suffice.core.StepCount;
import dev.suffice.core.SufficeException;
import dev.suffice.diffusion.GeneratedImage;
import dev.suffice.diffusion.ImageRequest;
import dev.suffice.diffusion.Ldm3dPipeline;
import dev.suffice.diffusion.RunListener;
import dev.suffice.image.DepthScale;
import dev.suffice.image.RgbdImage;
import dev.suffice.image.Similarity;
import dev.suffice.train.eval.PromptLabels;
import dev.suffice.train.eval.SceneJudge;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;
import java.util.stream.Stream;

/**
 * Runs prompts in several ways, each image from the same noise as its reference, and measures them. Several prompts at once, one thread each: with a
 * small model that is faster than two threads for one.
 */
final class StepExperiment {
    private final Ldm3dPipeline pipeline;
    private final SceneJudge judge;
    private final StepChoices choices;
    private final List<String> prompts;
    private final List<Variation> variations;
    private final Variation reference;
    private final Optional<String> scheduler;
    private final StepRuns runs;

    StepExperiment(
            Ldm3dPipeline pipeline,
            SceneJudge judge,
            StepChoices choices,
            List<String> prompts,
            List<Variation> variations,
            Variation reference,
            Optional<String> scheduler,
            StepRuns runs) {
        this.pipeline = pipeline;
        this.judge = judge;
        this.choices = choices;
        this.prompts = prompts;
        this.variations = variations;
        this.reference = reference;
        this.scheduler = scheduler;
        this.runs = runs;
    }

    /** Seed of image k of a prompt. */
    static long seed(int prompt, int image) {
        return 1000L * prompt + image;
    }

    /**
     * Measures what is missing.
     *
     * @param finished told how many prompts are done
     */
    void run(int seeds, int workers, IntConsumer finished) throws IOException {
        try (var pool = Executors.newFixedThreadPool(workers)) {
            var done = new ExecutorCompletionService<Integer>(pool);
            var started = new ArrayList<Future<Integer>>();
            for (int i = 0; i < prompts.size(); i++) {
                int prompt = i;
                started.add(done.submit(() -> {
                    for (int k = 0; k < seeds; k++) {
                        measure(prompt, seed(prompt, k));
                    }
                    return prompt;
                }));
            }
            try {
                for (int i = 0; i < started.size(); i++) {
                    done.take().get();
                    finished.accept(i + 1);
                }
            } catch (ExecutionException e) {
                started.forEach(one -> one.cancel(false));
                throw new SufficeException("the experiment failed: " + e.getCause(), e);
            } catch (InterruptedException e) {
                started.forEach(one -> one.cancel(false));
                Thread.currentThread().interrupt();
                throw new SufficeException("the experiment was interrupted", e);
            }
        }
    }

    private void measure(int prompt, long seed) throws IOException {
        var missing = variations.stream()
                .filter(variation -> !runs.has(prompt, seed, variation.text(), steps(variation, prompt, seed)))
                .toList();
        if (missing.isEmpty()) {
            return;
        }
        // Ways that come to the same are run once.
        Map<Variation.Run, GeneratedImage> made = new HashMap<>();
        var full = image(prompt, seed, reference.run(choices, prompt, seed), made);
        // What is measured in a later go, maybe on a busier machine, is told in seconds of the first: its reference is
        // run in each.
        double pace = runs.find(prompt, seed, reference.text())
                .map(known -> known.seconds() / seconds(full))
                .orElse(1.0);
        var measured = new ArrayList<Measured>();
        for (var variation : missing) {
            var result = image(prompt, seed, variation.run(choices, prompt, seed), made);
            measured.add(measured(prompt, seed, variation.text(), full.image(), result, pace));
        }
        runs.add(measured);
    }

    private static double seconds(GeneratedImage result) {
        return Stream.of("u-net", "sampler")
                        .mapToLong(stage -> result.compute()
                                .stage(stage)
                                .orElseThrow()
                                .time()
                                .toNanos())
                        .sum()
                / 1e9;
    }

    /** How many steps a variation would run now; the pipeline is asked only where it chooses itself. */
    private int steps(Variation variation, int prompt, long seed) {
        var run = variation.run(choices, prompt, seed);
        return switch (run.steps()) {
            case StepCount.Fixed(int steps) -> steps;
            case StepCount.Auto _ ->
                pipeline.chooseSteps(request(prompt, seed, run)).steps();
        };
    }

    private GeneratedImage image(int prompt, long seed, Variation.Run run, Map<Variation.Run, GeneratedImage> made) {
        return made.computeIfAbsent(run, missing -> image(prompt, seed, missing));
    }

    GeneratedImage image(int prompt, long seed, Variation.Run run) {
        return pipeline.run(request(prompt, seed, run), new Cancellation(), RunListener.silent())
                .getFirst();
    }

    private ImageRequest request(int prompt, long seed, Variation.Run run) {
        var request = run.apply(ImageRequest.of(prompts.get(prompt)).seed(seed).enlarge(false));
        scheduler.ifPresent(request::scheduler);
        return request.build();
    }

    private Measured measured(int prompt, long seed, String name, RgbdImage full, GeneratedImage result, double pace) {
        var similarity = Similarity.of(full, result.image());
        var unet = result.compute().stage("u-net").orElseThrow();
        var judgement = judge.judge(result.image());
        var expected = PromptLabels.of(prompts.get(prompt));
        return new Measured(
                prompt,
                seed,
                name,
                result.recipe().steps(),
                unet.passes(),
                result.compute().flops(),
                pace * seconds(result),
                similarity.rgb(),
                similarity.depth(),
                depthError(full, result.image()),
                expected.isEmpty() ? -1 : expected.contains(judgement.label()) ? 1 : 0,
                judgement.features());
    }

    /** Mean of |d - d0| / d0 over the pixels; of the depth values where they are no distances. */
    static double depthError(RgbdImage full, RgbdImage image) {
        double sum = 0;
        for (int y = 0; y < full.height(); y++) {
            for (int x = 0; x < full.width(); x++) {
                sum += switch (full.depthScale()) {
                    case DepthScale.Logarithmic(double near, double far) ->
                        Math.abs(Math.pow(near / far, (image.depth(x, y) - full.depth(x, y)) / (double) DepthScale.MAX)
                                - 1);
                    case DepthScale.Relative() ->
                        Math.abs(image.depth(x, y) - full.depth(x, y)) / Math.max(1.0, full.depth(x, y));
                };
            }
        }
        return sum / ((double) full.width() * full.height());
    }
}
