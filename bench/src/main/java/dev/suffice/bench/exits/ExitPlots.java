package dev.suffice.bench.exits;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** The experiment's plots. */
final class ExitPlots {
    private final Path folder;

    ExitPlots(Path folder) {
        this.folder = folder;
    }

    void write(Map<String, List<double[]>> curves, Map<String, double[]> points) throws IOException {
        Files.createDirectories(folder);
        var layers = new XYChartBuilder()
                .width(900)
                .height(520)
                .title("Accuracy against layers, every threshold of each criterion")
                .xAxisTitle("layers on average")
                .yAxisTitle("accuracy, %")
                .build();
        layers.getStyler().setLegendPosition(Styler.LegendPosition.InsideSE);
        curves.forEach((name, curve) -> layers.addSeries(
                        name,
                        curve.stream().mapToDouble(point -> point[0]).toArray(),
                        curve.stream().mapToDouble(point -> point[1]).toArray())
                .setMarker(SeriesMarkers.NONE));
        save(layers, "layers.png");
        var times = new XYChartBuilder()
                .width(900)
                .height(520)
                .title("Accuracy against time, one text at a time")
                .xAxisTitle("milliseconds a text, median")
                .yAxisTitle("accuracy, %")
                .build();
        times.getStyler().setDefaultSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter);
        times.getStyler().setLegendPosition(Styler.LegendPosition.InsideSE);
        points.forEach((name, point) -> times.addSeries(name, new double[] {point[0]}, new double[] {point[1]}));
        save(times, "time.png");
    }

    void histogram(Map<Integer, List<Integer>> byLayer, int layers, String name) throws IOException {
        Files.createDirectories(folder);
        var chart = new CategoryChartBuilder()
                .width(900)
                .height(400)
                .title("Where texts leave: " + name)
                .xAxisTitle("layer")
                .yAxisTitle("texts")
                .build();
        chart.getStyler().setLegendVisible(false);
        var numbers = IntStream.rangeClosed(1, layers).boxed().toList();
        chart.addSeries(
                "texts",
                numbers,
                numbers.stream()
                        .map(layer -> byLayer.getOrDefault(layer, List.of()).size())
                        .toList());
        save(chart, "exits.png");
    }

    private void save(Chart<?, ?> chart, String name) throws IOException {
        ImageIO.write(
                BitmapEncoder.getBufferedImage(chart),
                "png",
                folder.resolve(name).toFile());
    }
}
