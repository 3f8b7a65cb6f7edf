package dev.suffice.bench;

import dev.suffice.bench.Variation.Choice;
import dev.suffice.core.InvalidRequestException;
import dev.suffice.diffusion.Ldm3dPipeline;
import dev.suffice.diffusion.stepsaver.StepPredictor;
import dev.suffice.engine.Engines;
import dev.suffice.engine.SessionOptions;
import dev.suffice.models.store.ModelStore;
import dev.suffice.train.eval.SceneJudge;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** StepSaver's experiment: what images cost and how good they are, by fixed and by recommended numbers of steps, and by decisions during the run. */
@Command(
        name = "stepsaver",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        description =
                "Images by fixed and by recommended numbers of steps and by decisions during the run, against those of the full run from"
                        + " the same noise. Goes on where it was stopped.",
        footer = {
            "",
            "Ways to run: a number of steps; recommended (by the predictor); mean (the same for all, as many on average); length (by the"
                    + " length of the prompt, as many on average); auto (as imagine runs); and rules after a +."
        })
final class StepSaverBenchmark implements Callable<Integer> {
    private static final int IN_A_ROW = 6;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(names = "--model", paramLabel = "NAME|DIR", description = "A bundled model or a folder.")
    private String model = "places";

    @Option(names = "--prompts", paramLabel = "N", description = "Held-out prompts, of 1000.")
    private int prompts = 1000;

    @Option(names = "--seeds", paramLabel = "N", description = "Images of each.")
    private int seeds = 2;

    @Option(names = "--reference", paramLabel = "N", description = "Steps of the full run.")
    private int reference = 50;

    @Option(names = "--scheduler", paramLabel = "NAME", description = "The sampler; the model's own unless given.")
    private @Nullable String scheduler;

    @Option(names = "--variations", paramLabel = "LIST", description = "Ways to run, separated by semicolons.")
    private String variations =
            "10;20;30;50;100;recommended;mean;length;50+converge;50+skip;50+guidance;50+reuse;recommended+skip=0.05;auto";

    @Option(names = "--workers", paramLabel = "N", description = "Prompts at a time, with one thread each.")
    private int workers = Runtime.getRuntime().availableProcessors();

    @Option(names = "--out", paramLabel = "DIR", description = "Folder for table, plot, sheet and measurements.")
    private Path out = Path.of("out/bench/stepsaver");

    @Option(
            names = "--times",
            paramLabel = "DIR",
            description =
                    "Folder of another run of this, whose seconds are told instead: of fewer prompts, by one worker, on a machine that does nothing else.")
    private @Nullable Path times;

    @Override
    public Integer call() throws IOException {
        var all = heldOut();
        if (prompts < 1 || prompts > all.size() || seeds < 1 || seeds > 1000 || reference < 1 || workers < 1) {
            throw new InvalidRequestException(
                    "--prompts %d --seeds %d --reference %d --workers %d: must be 1 to %d, 1 to 1000, at least 1, at least 1"
                            .formatted(prompts, seeds, reference, workers, all.size()));
        }
        var tried = Variation.parseAll(variations);
        var full = Variation.parse(Integer.toString(reference));
        Files.createDirectories(out);
        var runs = StepRuns.open(out.resolve("runs.csv"));
        var timed = times == null ? runs : timed(times);
        var store = ModelStore.of(Path.of(System.getProperty("suffice.home", ".")));
        try (var pipeline = Ldm3dPipeline.open(
                        store.folder(model),
                        model,
                        store.cache(),
                        Engines.named(Engines.DEFAULT),
                        SessionOptions.defaults().withThreads(1));
                var judge = SceneJudge.bundled()) {
            var name = scheduler == null ? pipeline.defaultSampler().scheduler() : scheduler.toLowerCase(Locale.ROOT);
            // Of all prompts, so that the mean does not depend on how many are run.
            var choices = StepChoices.of(pipeline, lengthOnly(), all, name);
            var experiment = new StepExperiment(
                    pipeline,
                    judge,
                    choices,
                    all.subList(0, prompts),
                    tried,
                    full,
                    Optional.ofNullable(scheduler),
                    runs);
            var pace = new Pace();
            experiment.run(seeds, workers, done -> tell(done, pace.minutesLeft(prompts - done)));
            var close = pipeline.predictor().map(p -> p.settings().close()).orElse(0.95);
            var report = new StepReport(tried, runs, timed, judge.heldOut(), close, full.text());
            var text = report.table("%s, %s".formatted(model, name)) + "\n" + report.comparisons();
            spec.commandLine().getOut().print(text);
            spec.commandLine().getOut().flush();
            Files.writeString(out.resolve("stepsaver.md"), text);
            report.plot(out.resolve("stepsaver.png"));
            sheet(experiment, choices, all.subList(0, prompts), full);
        }
        return 0;
    }

    private static StepRuns timed(Path folder) throws IOException {
        var file = folder.resolve("runs.csv");
        if (!Files.isRegularFile(file)) {
            throw new InvalidRequestException(
                    "--times %s: has no runs.csv; give the --out of another run of the experiment".formatted(folder));
        }
        return StepRuns.open(file);
    }

    /** The prompts that are said to need least and most. */
    private void sheet(StepExperiment experiment, StepChoices choices, List<String> texts, Variation full)
            throws IOException {
        var order = IntStream.range(0, texts.size())
                .boxed()
                .sorted(Comparator.comparingInt(choices::recommended).thenComparingInt(i -> i))
                .toList();
        var chosen = new ArrayList<Integer>(order.subList(0, Math.min(IN_A_ROW, order.size())));
        chosen.addAll(order.subList(Math.max(chosen.size(), order.size() - IN_A_ROW), order.size()));
        var recommended = new Variation("recommended", new Choice.Recommended(), full.policy());
        var columns = new ArrayList<StepSheet.Column>();
        for (var prompt : chosen) {
            var seed = StepExperiment.seed(prompt, 0);
            columns.add(new StepSheet.Column(
                    texts.get(prompt),
                    choices.recommended(prompt),
                    experiment
                            .image(prompt, seed, recommended.run(choices, prompt, seed))
                            .image(),
                    experiment
                            .image(prompt, seed, full.run(choices, prompt, seed))
                            .image()));
        }
        StepSheet.write(columns, reference, out.resolve("stepsaver-sheet.png"));
    }

    /** The baseline that reads only the length of the prompt. */
    private static StepPredictor lengthOnly() throws IOException {
        var folder = Files.createTempDirectory("suffice-length");
        var files = List.of("config.json", "model.safetensors");
        try {
            for (var file : files) {
                try (var in = StepSaverBenchmark.class.getResourceAsStream("length-only/" + file)) {
                    Files.copy(Objects.requireNonNull(in, "length-only/" + file), folder.resolve(file));
                }
            }
            return StepPredictor.read(folder);
        } finally {
            for (var file : files) {
                Files.deleteIfExists(folder.resolve(file));
            }
            Files.deleteIfExists(folder);
        }
    }

    /** Prompts in the grammar of places that nothing was trained on. */
    static List<String> heldOut() throws IOException {
        try (var stream = Objects.requireNonNull(
                StepSaverBenchmark.class.getResourceAsStream("held-out-prompts.txt"), "held-out-prompts.txt")) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        }
    }

    private void tell(int done, double minutes) {
        if (Boolean.getBoolean("suffice.terminal")) {
            var err = spec.commandLine().getErr();
            err.printf(Locale.ROOT, "\rprompt %d of %d, %.0f min left ", done, prompts, minutes);
            err.flush();
        }
    }
}
