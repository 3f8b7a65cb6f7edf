package dev.suffice.cli.label;

import dev.suffice.cli.InterruptSignal;
import dev.suffice.cli.LineFile;
import dev.suffice.core.CancelledException;
import dev.suffice.core.InvalidRequestException;
import dev.suffice.diffusion.stepsaver.SamplerSetting;
import dev.suffice.diffusion.stepsaver.StepGrid;
import dev.suffice.engine.Engines;
import dev.suffice.labels.LabelPlan;
import dev.suffice.labels.LabelThresholds;
import dev.suffice.labels.PromptList;
import dev.suffice.models.folder.ModelFingerprint;
import dev.suffice.models.store.ModelStore;
import dev.suffice.spark.LabelJob;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures how many steps prompts need. */
@Command(
        name = "label",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        description =
                "Runs prompts at many numbers of steps, from the same noise, and writes how close each image comes to that of the most"
                        + " steps: what StepSaver's predictor is trained on. Goes on where it was stopped.",
        footer = {
            "",
            "The result is a folder of Parquet files, one for each part; give it to ./suffice train stepsaver --labels DIR."
        })
final class LabelCommand implements Callable<Integer> {
    private static final int CANCELLED = 130;
    private static final String PROMPTS = "places-prompts.txt";

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(names = "--model", paramLabel = "NAME|DIR", description = "A bundled model or a folder.")
    private String model = "places";

    @Option(
            names = "--prompts",
            paramLabel = "FILE",
            description = "Prompts, one a line; unless given, 3000 that are written like the captions of places.")
    private @Nullable Path prompts;

    @Option(names = "--count", paramLabel = "N", description = "Only the first N prompts.")
    private @Nullable Integer count;

    @Option(
            names = "--schedulers",
            paramLabel = "LIST",
            split = ",",
            description =
                    "The samplers, by their short names, each with decisions during its runs after a slash if wanted: ddim/skip=0.1.")
    private List<String> schedulers = List.of("ddim", "euler", "euler-a", "heun", "dpm2-karras", "unipc", "dpm++2m");

    @Option(
            names = "--steps",
            paramLabel = "LIST",
            description = "Numbers of steps, separated by commas, rising; the last is the reference.")
    private @Nullable String steps;

    @Option(names = "--seeds", paramLabel = "N", description = "Images of each prompt.")
    private int seeds = 1;

    @Option(names = "--close", paramLabel = "S", description = "SSIM from which an image is as good as the reference.")
    private double close = LabelThresholds.usual().close();

    @Option(names = "--settled", paramLabel = "S", description = "SSIM from which the next count changes nothing.")
    private double settled = LabelThresholds.usual().settled();

    @Option(names = "--prompts-per-part", paramLabel = "N", description = "Prompts that one task measures.")
    private int promptsPerPart = 8;

    @Option(names = "--master", paramLabel = "URL", description = "Spark's master: where the work is done.")
    private String master = "local[*]";

    @Option(names = "--threads", paramLabel = "N", description = "Threads of each task.")
    private int threads = 1;

    @Option(names = "--engine", paramLabel = "NAME", description = "The inference engine.")
    private String engine = Engines.DEFAULT;

    @Option(names = "--out", paramLabel = "DIR", description = "Folder for the table.")
    private Path out = Path.of("out/labels");

    @Override
    public Integer call() {
        var store = ModelStore.of(Path.of(System.getProperty("suffice.home", ".")));
        var folder = store.folder(model);
        var plan = new LabelPlan(
                ModelFingerprint.of(folder),
                names(),
                steps == null ? StepGrid.usual() : StepGrid.parse(steps),
                seeds,
                new LabelThresholds(close, settled),
                list(),
                promptsPerPart);
        if (threads < 1) {
            throw new InvalidRequestException("--threads %d: must be at least 1".formatted(threads));
        }
        var err = spec.commandLine().getErr();
        var job = new LabelJob(master, folder, engine, threads, out);
        var started = System.nanoTime();
        try (var interrupt = new InterruptSignal()) {
            var outcome = job.run(
                    plan,
                    interrupt.cancellation(),
                    message -> err.println("suffice: " + message + "; it is made anew"),
                    (parts, all) -> tell(started, parts, all));
            if (Boolean.getBoolean("suffice.terminal")) {
                err.println();
            }
            spec.commandLine()
                    .getOut()
                    .printf(
                            Locale.ROOT,
                            "%s: %d parts, %d of them made now in %.1f s%n",
                            out,
                            outcome.parts() + outcome.kept(),
                            outcome.parts(),
                            (System.nanoTime() - started) / 1e9);
        } catch (CancelledException e) {
            err.printf("%nsuffice: cancelled; finished parts stay in %s, give the same command to go on%n", out);
            return CANCELLED;
        }
        return 0;
    }

    /** As text, each in one way. */
    private List<String> names() {
        return schedulers.stream()
                .map(name -> SamplerSetting.parse(name).text())
                .toList();
    }

    private List<String> list() {
        var all = new ArrayList<String>();
        if (prompts == null) {
            all.addAll(bundled());
        } else {
            var read = PromptList.of(LineFile.prompts(prompts, "some"));
            if (read.repeated() > 0) {
                spec.commandLine()
                        .getErr()
                        .printf("suffice: prompts %s: %d repeated lines are left out%n", prompts, read.repeated());
            }
            all.addAll(read.prompts());
        }
        if (count == null) {
            return all;
        }
        if (count < 1 || count > all.size()) {
            throw new InvalidRequestException(
                    "--count %d: must be between 1 and %d, the number of prompts".formatted(count, all.size()));
        }
        return all.subList(0, count);
    }

    private static List<String> bundled() {
        try (var stream =
                Objects.requireNonNull(LabelCommand.class.getResourceAsStream(PROMPTS), "missing in the module")) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void tell(long started, int parts, int all) {
        if (Boolean.getBoolean("suffice.terminal")) {
            double seconds = (System.nanoTime() - started) / 1e9;
            var err = spec.commandLine().getErr();
            err.printf(
                    Locale.ROOT,
                    "\rpart %d of %d, %.0f min left   ",
                    parts,
                    all,
                    Math.ceil(seconds / parts * (all - parts) / 60));
            err.flush();
        }
    }
}
