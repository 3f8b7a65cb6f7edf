package dev.suffice.bench;

import dev.suffice.core.SufficeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import javax.imageio.ImageIO;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.CategoryChartBuilder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** From the shell's prompt to the finished files, in new processes, with the stages that the runs report themselves. */
@Command(
        name = "cold-start",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        description = "Times ./suffice imagine as a whole process, from start to finished files.")
final class ColdStartBenchmark implements Callable<Integer> {
    private static final String PROCESS = "whole process";

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(names = "--runs", paramLabel = "N", description = "Processes to time, after one that is not counted.")
    private int runs = 5;

    @Option(names = "--model", paramLabel = "NAME|DIR", description = "A bundled model or a folder.")
    private String model = "places";

    @Option(names = "--steps", paramLabel = "N", description = "Denoising steps.")
    private int steps = 25;

    @Option(names = "--out", paramLabel = "DIR", description = "Folder for the table and the plot.")
    private Path out = Path.of("out/bench");

    @Override
    public Integer call() throws IOException, InterruptedException {
        var pictures = Files.createTempDirectory("cold-start");
        try {
            imagine(pictures);
            var seconds = new LinkedHashMap<String, List<Double>>();
            for (int i = 0; i < runs; i++) {
                var started = System.nanoTime();
                var image = imagine(pictures);
                add(seconds, PROCESS, (System.nanoTime() - started) / 1e9);
                for (var stage : image.path("compute").path("stages")) {
                    add(
                            seconds,
                            stage.path("name").asString(),
                            stage.path("seconds").asDouble());
                }
            }
            report(seconds);
        } finally {
            try (var files = Files.list(pictures)) {
                for (var file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(pictures);
        }
        return 0;
    }

    private static void add(Map<String, List<Double>> seconds, String what, double value) {
        seconds.computeIfAbsent(what, _ -> new ArrayList<>()).add(value);
    }

    private JsonNode imagine(Path pictures) throws IOException, InterruptedException {
        var process = new ProcessBuilder(
                        Path.of(System.getProperty("suffice.home", "."), "suffice")
                                .toString(),
                        "imagine",
                        "a red sofa in a bright living room",
                        "--seed",
                        "7",
                        "--steps",
                        Integer.toString(steps),
                        "--model",
                        model,
                        "--out",
                        pictures.toString(),
                        "--json")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        var output = process.getInputStream().readAllBytes();
        if (process.waitFor() != 0) {
            throw new SufficeException(
                    "cold-start: suffice imagine ended with %d; its message is above".formatted(process.exitValue()));
        }
        return JsonMapper.shared().readTree(output).path("images").path(0);
    }

    private void report(Map<String, List<Double>> seconds) throws IOException {
        var table = new StringBuilder(
                "| %s, %d steps | seconds: median of %d (min to max) |%n|---|---|%n".formatted(model, steps, runs));
        seconds.forEach((what, values) -> table.append("| %s | %s |%n".formatted(what, Spread.of(values))));
        spec.commandLine().getOut().print(table);
        spec.commandLine().getOut().flush();
        Files.createDirectories(out);
        Files.writeString(out.resolve("cold-start.md"), table);
        var chart = new CategoryChartBuilder()
                .width(900)
                .height(420)
                .title("Cold start of %s at %d steps: median of %d".formatted(model, steps, runs))
                .yAxisTitle("seconds")
                .build();
        chart.getStyler().setLegendVisible(false);
        chart.addSeries(
                "seconds",
                List.copyOf(seconds.keySet()),
                seconds.values().stream().map(v -> Spread.of(v).median()).toList());
        ImageIO.write(
                BitmapEncoder.getBufferedImage(chart),
                "png",
                out.resolve("cold-start.png").toFile());
    }
}
