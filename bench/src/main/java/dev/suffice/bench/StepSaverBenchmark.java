package dev.suffice.bench;

import dev.suffice.bench.StepRuns.Measured;
import dev.suffice.core.Cancellation;
import dev.suffice.core.InvalidRequestException;
import dev.suffice.diffusion.GeneratedImage;
import dev.suffice.diffusion.ImageRequest;
import dev.suffice.diffusion.Ldm3dPipeline;
import dev.suffice.diffusion.RunListener;
import dev.suffice.engine.Engines;
import dev.suffice.engine.SessionOptions;
import dev.suffice.image.Similarity;
import dev.suffice.models.store.ModelStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** How close images come to those of a full run, against what they cost: fixed numbers of steps and decisions during the run. */
@Command(
        name = "stepsaver",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        description =
                "Images by fewer steps and by decisions during the run, against those of the full run from the same noise. Goes on"
                        + " where it was stopped.")
final class StepSaverBenchmark implements Callable<Integer> {
    private static final double GOOD = 0.95;

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

    @Option(
            names = "--variations",
            paramLabel = "LIST",
            description = "Numbers of steps, and rules after a +, separated by semicolons.")
    private String variations =
            "10;15;20;25;30;50;50+converge;50+skip;50+guidance;50+reuse;50+skip,guidance;50+converge,skip,guidance,reuse";

    @Option(names = "--threads", paramLabel = "N", description = "Threads to compute with; all unless given.")
    private @Nullable Integer threads;

    @Option(names = "--out", paramLabel = "DIR", description = "Folder for table, plot and measurements.")
    private Path out = Path.of("out/bench/stepsaver");

    @Override
    public Integer call() throws IOException {
        var all = heldOut();
        if (prompts < 1 || prompts > all.size() || seeds < 1 || reference < 1) {
            throw new InvalidRequestException(
                    "--prompts %d --seeds %d --reference %d: must be 1 to %d, at least 1, at least 1"
                            .formatted(prompts, seeds, reference, all.size()));
        }
        var tried = Variation.parseAll(variations);
        Files.createDirectories(out);
        var runs = StepRuns.open(out.resolve("runs.csv"));
        var store = ModelStore.of(Path.of(System.getProperty("suffice.home", ".")));
        var options = threads == null
                ? SessionOptions.defaults()
                : SessionOptions.defaults().withThreads(threads);
        try (var pipeline = Ldm3dPipeline.open(
                store.folder(model), model, store.cache(), Engines.named(Engines.DEFAULT), options)) {
            var started = System.nanoTime();
            for (int i = 0; i < prompts; i++) {
                measure(pipeline, i, all.get(i), tried, runs);
                tell(i + 1, (System.nanoTime() - started) / 1e9);
            }
        }
        var table = table(tried, runs);
        spec.commandLine().getOut().print(table);
        spec.commandLine().getOut().flush();
        Files.writeString(out.resolve("stepsaver.md"), table);
        plot(tried, runs);
        return 0;
    }

    private static List<String> heldOut() throws IOException {
        try (var stream = Objects.requireNonNull(
                StepSaverBenchmark.class.getResourceAsStream("held-out-prompts.txt"), "held-out-prompts.txt")) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        }
    }

    private void tell(int done, double seconds) {
        if (Boolean.getBoolean("suffice.terminal")) {
            var err = spec.commandLine().getErr();
            err.printf(
                    Locale.ROOT,
                    "\rprompt %d of %d, %.0f min left ",
                    done,
                    prompts,
                    seconds / done * (prompts - done) / 60);
            err.flush();
        }
    }

    private void measure(Ldm3dPipeline pipeline, int number, String prompt, List<Variation> tried, StepRuns runs)
            throws IOException {
        for (int k = 0; k < seeds; k++) {
            long seed = 1000L * number + k;
            var missing = tried.stream()
                    .filter(variation -> !runs.has(number, seed, variation.text()))
                    .toList();
            if (missing.isEmpty()) {
                continue;
            }
            var full = run(pipeline, prompt, seed, Variation.parse(Integer.toString(reference)));
            var measured = new ArrayList<Measured>();
            for (var variation : missing) {
                var result = run(pipeline, prompt, seed, variation);
                var similarity = Similarity.of(full.image(), result.image());
                var unet = result.compute().stage("u-net").orElseThrow();
                var sampler = result.compute().stage("sampler").orElseThrow();
                measured.add(new Measured(
                        number,
                        seed,
                        variation.text(),
                        unet.passes(),
                        result.compute().flops(),
                        (unet.time().toNanos() + sampler.time().toNanos()) / 1e9,
                        similarity.rgb(),
                        similarity.depth()));
            }
            runs.add(measured);
        }
    }

    private GeneratedImage run(Ldm3dPipeline pipeline, String prompt, long seed, Variation variation) {
        var request = variation.apply(ImageRequest.of(prompt).seed(seed).enlarge(false));
        if (scheduler != null) {
            request.scheduler(scheduler);
        }
        return pipeline.run(request.build(), new Cancellation(), RunListener.silent())
                .getFirst();
    }

    /** A value per prompt: the mean over its seeds, which are not independent. */
    private static Bootstrap of(List<Measured> measured, ToDoubleFunction<Measured> value) {
        Map<Integer, Double> means = measured.stream()
                .collect(Collectors.groupingBy(Measured::prompt, TreeMap::new, Collectors.averagingDouble(value)));
        return Bootstrap.of(List.copyOf(means.values()));
    }

    private static double mean(List<Measured> measured, ToDoubleFunction<Measured> value) {
        return measured.stream().mapToDouble(value).average().orElse(Double.NaN);
    }

    private String table(List<Variation> tried, StepRuns runs) {
        var text = new StringBuilder();
        text.append(
                "| %s, %d prompts, %d seeds, against %d steps | U-Net passes | GFLOP | seconds | SSIM RGB | SSIM depth | both at least %s |%n"
                        .formatted(model, prompts, seeds, reference, GOOD));
        text.append("|---|---|---|---|---|---|---|%n".formatted());
        for (var variation : tried) {
            var measured = runs.of(variation.text());
            text.append(String.format(
                    Locale.ROOT,
                    "| %s | %.1f | %.1f | %.3f | %s | %s | %.0f%% |%n",
                    variation.text(),
                    mean(measured, Measured::passes),
                    mean(measured, Measured::flops) / 1e9,
                    mean(measured, Measured::seconds),
                    of(measured, Measured::rgb),
                    of(measured, Measured::depth),
                    100 * mean(measured, one -> Math.min(one.rgb(), one.depth()) >= GOOD ? 1 : 0)));
        }
        return text.append("%nMeans, with 95%% bootstrap intervals over prompts. Seconds: U-Net and sampler.%n"
                        .formatted())
                .toString();
    }

    private void plot(List<Variation> tried, StepRuns runs) throws IOException {
        var chart = new XYChartBuilder()
                .width(900)
                .height(600)
                .title("Similarity to %d steps against computation".formatted(reference))
                .xAxisTitle("GFLOP an image")
                .yAxisTitle("SSIM, RGB")
                .build();
        chart.getStyler().setLegendPosition(Styler.LegendPosition.InsideSE);
        chart.getStyler().setDefaultSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter);
        for (var variation : tried) {
            var measured = runs.of(variation.text());
            chart.addSeries(variation.text(), new double[] {mean(measured, Measured::flops) / 1e9}, new double[] {
                mean(measured, Measured::rgb)
            });
        }
        ImageIO.write(
                BitmapEncoder.getBufferedImage(chart),
                "png",
                out.resolve("stepsaver.png").toFile());
    }
}
