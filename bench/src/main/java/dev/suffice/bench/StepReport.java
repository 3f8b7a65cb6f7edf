package dev.suffice.bench;

import dev.suffice.train.eval.FrechetDistance;
import dev.suffice.train.eval.FrechetDistance.Moments;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;

/** What the experiment's measurements say. All intervals are 95% bootstrap intervals over prompts, whose images are not independent. */
final class StepReport {
    private static final int RESAMPLES = 200;

    private final List<Variation> variations;
    private final StepRuns runs;
    private final StepRuns timed;
    private final Moments renderings;
    private final double close;
    private final String reference;

    /**
     * A report.
     *
     * @param timed where the seconds are taken from; the same runs, or fewer that were made on a machine that did nothing else
     * @param renderings features of pictures that images should look like
     * @param close similarity that was promised
     * @param reference the variation that the others are compared with
     */
    StepReport(
            List<Variation> variations,
            StepRuns runs,
            StepRuns timed,
            Moments renderings,
            double close,
            String reference) {
        this.variations = variations;
        this.runs = runs;
        this.timed = timed;
        this.renderings = renderings;
        this.close = close;
        this.reference = reference;
    }

    /** How far an image falls short of the similarity that was promised. */
    private double shortfall(Measured one) {
        return Math.max(0, close - one.similarity());
    }

    String table(String title) {
        var text = new StringBuilder();
        text.append(
                "| %s | steps | passes | GFLOP | seconds | SSIM RGB | SSIM depth | both >= %s | depth error | prompt right | FID | FID less that of %s |%n"
                        .formatted(title, close, reference));
        text.append("|---|---|---|---|---|---|---|---|---|---|---|---|%n".formatted());
        var full = runs.of(reference);
        for (var variation : variations) {
            var measured = runs.of(variation.text());
            if (measured.isEmpty()) {
                continue;
            }
            var labelled = measured.stream().filter(one -> one.label() >= 0).toList();
            text.append(String.format(
                    Locale.ROOT,
                    "| %s | %.1f | %.1f | %.1f | %.3f | %s | %s | %.1f%% | %s | %s | %.3f | %s |%n",
                    variation.text(),
                    mean(measured, Measured::steps),
                    mean(measured, Measured::passes),
                    mean(measured, Measured::flops) / 1e9,
                    mean(timed.of(variation.text()), Measured::seconds),
                    of(measured, Measured::rgb),
                    of(measured, Measured::depth),
                    100 * mean(measured, one -> one.similarity() >= close ? 1 : 0),
                    of(measured, Measured::depthError),
                    labelled.isEmpty() ? "-" : of(labelled, Measured::label).toString(),
                    distance(measured),
                    variation.text().equals(reference) ? "-" : distanceDifference(measured, full)));
        }
        return text.append(
                        "%nMeans over %d images of %d prompts, with 95%% bootstrap intervals over prompts. Seconds: U-Net and sampler, one thread, an image at a time, of %d prompts. Depth error: mean relative difference of the distance to that of the reference. FID: Frechet distance of a scene classifier's features to held-out renderings.%n"
                                .formatted(
                                        full.size(),
                                        byPrompt(full, one -> 0).size(),
                                        byPrompt(timed.of(reference), one -> 0).size()))
                .toString();
    }

    /** The questions that the experiment asks, each with its answer and an interval. */
    String comparisons() {
        var text = new StringBuilder();
        difference("recommended", "mean").ifPresent(text::append);
        difference("recommended", "length").ifPresent(text::append);
        speed("recommended").ifPresent(text::append);
        speed("auto").ifPresent(text::append);
        return text.toString();
    }

    private Optional<String> difference(String one, String other) {
        var a = byPrompt(runs.of(one), this::shortfall);
        var b = byPrompt(runs.of(other), this::shortfall);
        if (a.isEmpty() || !a.keySet().equals(b.keySet())) {
            return Optional.empty();
        }
        var differences = a.entrySet().stream()
                .map(entry -> 1000 * (entry.getValue() - b.getOrDefault(entry.getKey(), Double.NaN)))
                .toList();
        return Optional.of(String.format(
                Locale.ROOT,
                "- %s against %s (%.2f and %.2f steps): shortfall below %s, thousandths, %s - %s = %s%n",
                one,
                other,
                mean(runs.of(one), Measured::steps),
                mean(runs.of(other), Measured::steps),
                close,
                Bootstrap.of(a.values().stream().map(x -> 1000 * x).toList()),
                Bootstrap.of(b.values().stream().map(x -> 1000 * x).toList()),
                Bootstrap.of(differences)));
    }

    private Optional<String> speed(String name) {
        var measured = runs.of(name);
        var full = runs.of(reference);
        if (measured.isEmpty() || full.isEmpty()) {
            return Optional.empty();
        }
        var time = byPrompt(timed.of(name), Measured::seconds);
        var fullTime = byPrompt(timed.of(reference), Measured::seconds);
        var ratios = time.entrySet().stream()
                .map(entry -> fullTime.getOrDefault(entry.getKey(), Double.NaN) / entry.getValue())
                .toList();
        var agreement =
                byPrompt(measured.stream().filter(one -> one.label() >= 0).toList(), Measured::label);
        var fullAgreement =
                byPrompt(full.stream().filter(one -> one.label() >= 0).toList(), Measured::label);
        var lost = agreement.entrySet().stream()
                .map(entry -> entry.getValue() - fullAgreement.getOrDefault(entry.getKey(), Double.NaN))
                .toList();
        return Optional.of(String.format(
                Locale.ROOT,
                "- %s against %s: %.2f times as fast in all (by prompt %s), lower similarity %s, prompt right %s more, FID %s more%n",
                name,
                reference,
                mean(timed.of(reference), Measured::seconds) / mean(timed.of(name), Measured::seconds),
                Bootstrap.of(ratios),
                of(measured, Measured::similarity),
                Bootstrap.of(lost),
                distanceDifference(measured, full)));
    }

    private double distance(List<Measured> measured) {
        return measured.size() < 2
                ? Double.NaN
                : FrechetDistance.between(
                        Moments.of(measured.stream().map(Measured::features).toList()), renderings);
    }

    /** Of the same prompts, drawn again and again. */
    private String distanceDifference(List<Measured> measured, List<Measured> full) {
        var mine =
                measured.stream().collect(Collectors.groupingBy(Measured::prompt, TreeMap::new, Collectors.toList()));
        Map<Integer, List<Measured>> others =
                full.stream().collect(Collectors.groupingBy(Measured::prompt, HashMap::new, Collectors.toList()));
        var prompts = List.copyOf(mine.keySet());
        if (!others.keySet().equals(mine.keySet()) || prompts.size() < 2) {
            return "-";
        }
        var random = new SplittableRandom(1);
        var differences = new double[RESAMPLES];
        for (int r = 0; r < RESAMPLES; r++) {
            var a = new ArrayList<double[]>();
            var b = new ArrayList<double[]>();
            for (int i = 0; i < prompts.size(); i++) {
                var prompt = prompts.get(random.nextInt(prompts.size()));
                mine.getOrDefault(prompt, List.of()).forEach(one -> a.add(one.features()));
                others.getOrDefault(prompt, List.of()).forEach(one -> b.add(one.features()));
            }
            differences[r] = FrechetDistance.between(Moments.of(a), renderings)
                    - FrechetDistance.between(Moments.of(b), renderings);
        }
        Arrays.sort(differences);
        return new Bootstrap(
                        distance(measured) - distance(full),
                        differences[RESAMPLES / 40],
                        differences[RESAMPLES - 1 - RESAMPLES / 40])
                .toString();
    }

    /** A value per prompt: the mean over its seeds, which are not independent. */
    private static Map<Integer, Double> byPrompt(List<Measured> measured, ToDoubleFunction<Measured> value) {
        return measured.stream()
                .collect(Collectors.groupingBy(Measured::prompt, TreeMap::new, Collectors.averagingDouble(value)));
    }

    private static Bootstrap of(List<Measured> measured, ToDoubleFunction<Measured> value) {
        return Bootstrap.of(List.copyOf(byPrompt(measured, value).values()));
    }

    private static double mean(List<Measured> measured, ToDoubleFunction<Measured> value) {
        return measured.stream().mapToDouble(value).average().orElse(Double.NaN);
    }

    /** Quality against time: fixed numbers of steps as a line, everything else as points. */
    void plot(Path file) throws IOException {
        var chart = new XYChartBuilder()
                .width(900)
                .height(600)
                .title("Similarity to %s steps against time".formatted(reference))
                .xAxisTitle("seconds an image, U-Net and sampler")
                .yAxisTitle("SSIM, the lower of colours and depth")
                .build();
        chart.getStyler().setLegendPosition(Styler.LegendPosition.InsideSE);
        var fixed = new TreeMap<Double, Double>(); // whatever the order in which they were asked for
        for (var variation : variations) {
            var measured = runs.of(variation.text());
            if (measured.isEmpty() || timed.of(variation.text()).isEmpty()) {
                continue;
            }
            double time = mean(timed.of(variation.text()), Measured::seconds);
            double quality = mean(measured, Measured::similarity);
            if (variation.choice() instanceof Variation.Choice.Fixed
                    && !variation.text().contains("+")) {
                fixed.put(time, quality);
            } else {
                chart.addSeries(variation.text(), new double[] {time}, new double[] {quality})
                        .setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter);
            }
        }
        if (!fixed.isEmpty()) {
            chart.addSeries("fixed numbers of steps", List.copyOf(fixed.keySet()), List.copyOf(fixed.values()));
        }
        ImageIO.write(BitmapEncoder.getBufferedImage(chart), "png", file.toFile());
    }
}
