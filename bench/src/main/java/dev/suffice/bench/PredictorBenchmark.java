package dev.suffice.bench;

import dev.suffice.core.InvalidRequestException;
import dev.suffice.core.SufficeException;
import dev.suffice.diffusion.Ldm3dPipeline;
import dev.suffice.diffusion.stepsaver.SentenceFeatures;
import dev.suffice.engine.Engines;
import dev.suffice.engine.SessionOptions;
import dev.suffice.models.folder.Config;
import dev.suffice.models.store.ModelStore;
import dev.suffice.models.store.PackagedEncoder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What it costs to ask how many steps a prompt needs. */
@Command(
        name = "predictor",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        description =
                "Times the predictor of steps: on top of the encoding that the pipeline makes anyway, and standing alone with a sentence"
                        + " encoder of its own.")
final class PredictorBenchmark implements Callable<Integer> {
    private static final int WARM_UP = 200;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(
            names = "--model",
            paramLabel = "NAME|DIR",
            description = "A model whose text encoder travels in a library.")
    private String model = "places";

    @Option(names = "--prompts", paramLabel = "N", description = "Held-out prompts, of 1000.")
    private int prompts = 500;

    @Option(names = "--threads", paramLabel = "N", description = "Threads to compute with.")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Override
    public Integer call() throws IOException {
        var all = StepSaverBenchmark.heldOut();
        if (prompts < 1 || prompts > all.size()) {
            throw new InvalidRequestException("--prompts %d: must be 1 to %d".formatted(prompts, all.size()));
        }
        var some = all.subList(0, prompts);
        var store = ModelStore.of(Path.of(System.getProperty("suffice.home", ".")));
        var folder = store.folder(model);
        var engine = Engines.named(Engines.DEFAULT);
        var options = SessionOptions.defaults().withThreads(threads);
        var card = Config.read(folder.resolve("suffice.json"));
        var encoder = PackagedEncoder.read(
                card, card.find("text_encoder").orElseThrow(() -> card.missing("text_encoder", "a packaged encoder")));
        try (var pipeline = Ldm3dPipeline.open(folder, model, store.cache(), engine, options);
                var alone = SentenceFeatures.open(encoder, store.cache(), engine, options)) {
            var predictor = pipeline.predictor()
                    .orElseThrow(() -> new SufficeException("model %s: has no predictor of steps".formatted(model)));
            var settings = predictor.settings();
            var schedulers = settings.schedulers();
            var features = some.stream().map(pipeline::promptFeatures).toList();
            var out = spec.commandLine().getOut();
            out.println("| %s, %d prompts | milliseconds, median (least to most) |".formatted(model, prompts));
            out.println("|---|---|");
            out.println("| the encoding that the pipeline makes anyway | %s |"
                    .formatted(times(some, prompt -> pipeline.promptFeatures(prompt).length)));
            out.println("| on top of it, for all %d samplers | %s |"
                    .formatted(
                            schedulers.size(),
                            times(
                                    features,
                                    f -> schedulers.stream()
                                            .mapToInt(s -> predictor
                                                    .advise(f, s, settings.risk())
                                                    .steps())
                                            .sum())));
            out.println("| standing alone, one sampler | %s |"
                    .formatted(times(
                            some,
                            prompt -> predictor
                                    .advise(alone.of(prompt), schedulers.getFirst(), settings.risk())
                                    .steps())));
        }
        return 0;
    }

    private interface Work<T> {
        int of(T input);
    }

    private static <T> Spread times(List<T> inputs, Work<T> work) {
        long check = 0;
        for (int i = 0; i < WARM_UP; i++) {
            check += work.of(inputs.get(i % inputs.size()));
        }
        var times = new ArrayList<Double>();
        for (var input : inputs) {
            var started = System.nanoTime();
            check += work.of(input);
            times.add((System.nanoTime() - started) / 1e6);
        }
        if (check == 0) {
            throw new IllegalStateException("nothing was computed");
        }
        return Spread.of(times);
    }
}
