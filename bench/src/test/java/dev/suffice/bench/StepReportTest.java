package dev.suffice.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.suffice.train.eval.FrechetDistance.Moments;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StepReportTest {
    private static final List<Variation> VARIATIONS = Variation.parseAll("50;auto");

    private static Measured one(int prompt, String variation, double seconds) {
        double quality = variation.equals("50") ? 1 : 0.96 + 0.001 * prompt;
        var features = new double[] {prompt, prompt % 2, quality};
        return new Measured(
                prompt,
                1000L * prompt,
                variation,
                50,
                38,
                1_000_000_000L,
                seconds,
                quality,
                quality,
                0.01,
                1,
                features);
    }

    private static StepRuns runs(Path file, int prompts, double full, double auto) throws IOException {
        var runs = StepRuns.open(file);
        for (int prompt = 0; prompt < prompts; prompt++) {
            runs.add(List.of(one(prompt, "50", full), one(prompt, "auto", auto)));
        }
        return runs;
    }

    private static StepReport report(StepRuns runs, StepRuns timed) {
        var features = new ArrayList<double[]>();
        for (int i = 0; i < 9; i++) {
            features.add(new double[] {i, i % 3, i * i % 5});
        }
        return new StepReport(VARIATIONS, runs, timed, Moments.of(features), 0.95, "50");
    }

    @Test
    void secondsAreThoseOfTheRunsThemselves(@TempDir Path folder) throws IOException {
        var runs = runs(folder.resolve("runs.csv"), 6, 2, 0.5);
        var report = report(runs, runs);
        assertThat(report.table("places"))
                .containsPattern("\\| auto \\| 50\\.0 \\| 38\\.0 \\| 1\\.0 \\| 0\\.500 \\|")
                .contains("Means over 6 images of 6 prompts", "of 6 prompts. Depth error");
        assertThat(report.comparisons()).contains("auto against 50: 4.00 times as fast in all");
    }

    @Test
    void orOfFewerRunsThatWereTimedByThemselves(@TempDir Path folder) throws IOException {
        var runs = runs(folder.resolve("runs.csv"), 6, 2, 5);
        var report = report(runs, runs(folder.resolve("timed.csv"), 2, 1, 0.1));
        assertThat(report.table("places"))
                .containsPattern("\\| auto \\| 50\\.0 \\| 38\\.0 \\| 1\\.0 \\| 0\\.100 \\|")
                .contains("Means over 6 images of 6 prompts", "of 2 prompts. Depth error");
        assertThat(report.comparisons())
                .contains("auto against 50: 10.00 times as fast in all (by prompt 10.000 (10.000 to 10.000))");
        report.plot(folder.resolve("plot.png"));
        assertThat(folder.resolve("plot.png")).isNotEmptyFile();
    }
}
