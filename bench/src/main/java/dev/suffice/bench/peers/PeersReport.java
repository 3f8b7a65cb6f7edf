package dev.suffice.bench.peers;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.CategoryChartBuilder;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What a comparison tells: Markdown, a plot, JSON. */
final class PeersReport {
    /** A processor's share above which it is said that a waiting peer was busy. */
    private static final double IDLE = 0.02;

    private final List<Job> jobs = new ArrayList<>();
    private final List<Comparison> measured = new ArrayList<>();
    private final Map<String, String> versions = new LinkedHashMap<>();
    private final List<String> notes = new ArrayList<>();
    private final Map<String, String> absent = new LinkedHashMap<>();
    private final Map<String, Double> idle = new LinkedHashMap<>();
    private final String conditions;

    /** @param conditions threads, processor */
    PeersReport(String conditions) {
        this.conditions = conditions;
    }

    /** Adds a table; one without measurements is left out. */
    void add(Job job, Comparison comparison) {
        if (!comparison.all().isEmpty()) {
            jobs.add(job);
            measured.add(comparison);
        }
    }

    /** Adds what was seen of the peers of a table. */
    void add(Turns turns) {
        turns.versions()
                .forEach((name, found) -> versions.put(
                        name.split(", ")[0],
                        found.propertyStream()
                                .map(entry ->
                                        entry.getKey() + " " + entry.getValue().asString())
                                .collect(Collectors.joining(", "))));
        turns.notes().forEach((name, note) -> notes.add("%s: %s".formatted(name, note)));
        absent.putAll(turns.left());
        turns.idle().forEach((name, share) -> idle.merge(name, share, Math::max));
    }

    /** Adds peers that could not even be started. */
    void absent(Map<String, String> reasons) {
        absent.putAll(reasons);
    }

    private List<Target> targets() {
        var targets = new ArrayList<Target>();
        for (int k = 0; k < jobs.size(); k++) {
            targets.addAll(jobs.get(k).targets(measured.get(k)));
        }
        return targets;
    }

    String markdown() {
        var text = new StringBuilder(conditions).append("\n\n");
        for (int k = 0; k < jobs.size(); k++) {
            text.append(jobs.get(k).show(measured.get(k)))
                    .append(rounds(measured.get(k)))
                    .append('\n');
        }
        var targets = targets();
        if (!targets.isEmpty()) {
            text.append("### Aims\n\n| | aim | measured | |\n|---|---|---|---|\n");
            targets.forEach(target -> text.append(target.row()).append('\n'));
            text.append('\n');
        }
        versions.forEach((peer, found) -> text.append("- %s: %s%n".formatted(peer, found)));
        notes.forEach(note -> text.append("- %s%n".formatted(note)));
        new LinkedHashSet<>(absent.values()).forEach(reason -> text.append("- takes no part: %s%n".formatted(reason)));
        idle.entrySet().stream()
                .filter(entry -> entry.getValue() > IDLE)
                .forEach(entry -> text.append(String.format(
                        Locale.ROOT,
                        "- %s used %.0f%% of a processor while others had their turns%n",
                        entry.getKey(),
                        100 * entry.getValue())));
        return text.toString();
    }

    private static String rounds(Comparison comparison) {
        return "%n%d items, %d measurements by turns; ratios with their 95%% bootstrap interval over items, times as median (least to most).%n"
                .formatted(
                        comparison.all().stream()
                                .map(Measurement::item)
                                .distinct()
                                .count(),
                        comparison.all().size());
    }

    JsonNode json() {
        var report = JsonMapper.shared().createObjectNode();
        var targets = report.putArray("targets");
        targets().forEach(target -> targets.add(json(target)));
        var ratios = report.putObject("times_as_long_as_ours");
        for (int k = 0; k < jobs.size(); k++) {
            var bars = ratios.putObject(jobs.get(k).table().name());
            jobs.get(k).bars(measured.get(k)).forEach(bars::put);
        }
        var left = report.putObject("absent");
        absent.forEach(left::put);
        return report;
    }

    private static ObjectNode json(Target target) {
        return JsonMapper.shared()
                .createObjectNode()
                .put("what", target.what())
                .put(target.atMost() ? "at_most" : "at_least", target.goal())
                .put("measured", target.measured().value())
                .put("low", target.measured().low())
                .put("high", target.measured().high())
                .put("verdict", target.verdict());
    }

    /** One bar for each contender of each table. */
    void plot(Path file) throws IOException {
        var chart = new CategoryChartBuilder()
                .width(1400)
                .height(700)
                .title("Time for the same work, in times ours (above 1: ours is faster)")
                .build();
        chart.getStyler().setXAxisLabelRotation(60).setYAxisMin(0.0).setLegendVisible(true);
        chart.getStyler().setOverlapped(true).setAvailableSpaceFill(0.8);
        var names = new ArrayList<String>();
        var series = new LinkedHashMap<String, Map<String, Double>>();
        for (int k = 0; k < jobs.size(); k++) {
            var table = jobs.get(k).table().name();
            jobs.get(k).bars(measured.get(k)).forEach((name, value) -> {
                var label = "%s: %s".formatted(table, name);
                names.add(label);
                series.computeIfAbsent(table, _ -> new LinkedHashMap<>()).put(label, value);
            });
        }
        if (names.isEmpty()) {
            return;
        }
        series.forEach((table, values) -> chart.addSeries(
                table,
                names,
                names.stream().map(name -> values.getOrDefault(name, 0.0)).toList()));
        ImageIO.write(BitmapEncoder.getBufferedImage(chart), "png", file.toFile());
    }
}
