package dev.suffice.train.loop;

import dev.suffice.train.files.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** A CSV file that grows by one line per report, {@code step,series,value}, and a plot of it. */
public final class LossLog {
    private final Path csv;

    /** The log in a file that need not exist yet. */
    public LossLog(Path csv) {
        this.csv = csv;
    }

    /** Appends one value of each series. */
    public void append(long step, Map<String, Double> values) throws IOException {
        boolean fresh = !Files.exists(csv);
        Files.createDirectories(csv.toAbsolutePath().getParent());
        var lines = new StringBuilder(fresh ? "step,series,value\n" : "");
        values.forEach(
                (series, value) -> lines.append(String.format(Locale.ROOT, "%d,%s,%.6g%n", step, series, value)));
        Files.writeString(csv, lines, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    /** Forgets what was logged after a step: a run that resumes there will log it again. */
    public void truncate(long step) throws IOException {
        if (Files.exists(csv)) {
            String kept = Files.readAllLines(csv).stream()
                    .filter(line ->
                            line.startsWith("step,") || Long.parseLong(line.substring(0, line.indexOf(','))) <= step)
                    .collect(Collectors.joining("\n", "", "\n"));
            AtomicFile.write(csv, path -> Files.writeString(path, kept));
        }
    }

    /** Draws the series whose names are given into a PNG beside the CSV file; nothing happens if they have no values yet. */
    public void plot(String title, List<String> series) throws IOException {
        if (!Files.exists(csv)) {
            return;
        }
        var points = new LinkedHashMap<String, List<double[]>>();
        for (String line : Files.readAllLines(csv)) {
            String[] cells = line.split(",", -1);
            if (cells.length == 3 && series.contains(cells[1])) {
                double value = Double.parseDouble(cells[2]);
                if (value > 0 && Double.isFinite(value)) {
                    points.computeIfAbsent(cells[1], s -> new ArrayList<>())
                            .add(new double[] {Double.parseDouble(cells[0]), value});
                }
            }
        }
        if (points.isEmpty()) {
            return;
        }
        XYChart chart = new XYChartBuilder()
                .width(900)
                .height(500)
                .title(title)
                .xAxisTitle("step")
                .yAxisTitle("loss")
                .build();
        chart.getStyler().setYAxisLogarithmic(true);
        points.forEach((name, values) -> chart.addSeries(
                        name,
                        values.stream().mapToDouble(v -> v[0]).toArray(),
                        values.stream().mapToDouble(v -> v[1]).toArray())
                .setMarker(SeriesMarkers.NONE));
        Path png = csv.resolveSibling(csv.getFileName().toString().replace(".csv", ".png"));
        var image = BitmapEncoder.getBufferedImage(chart);
        AtomicFile.write(png, path -> ImageIO.write(image, "png", path.toFile()));
    }
}
