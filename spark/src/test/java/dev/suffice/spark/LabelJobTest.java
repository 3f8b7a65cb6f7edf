package dev.suffice.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.suffice.core.Cancellation;
import dev.suffice.core.CancelledException;
import dev.suffice.core.SufficeException;
import dev.suffice.diffusion.Ldm3dPipeline;
import dev.suffice.diffusion.stepsaver.SamplerSetting;
import dev.suffice.diffusion.stepsaver.StepGrid;
import dev.suffice.diffusion.stepsaver.StepLabeller;
import dev.suffice.engine.Engines;
import dev.suffice.engine.SessionOptions;
import dev.suffice.labels.LabelPart;
import dev.suffice.labels.LabelPlan;
import dev.suffice.labels.LabelTable;
import dev.suffice.labels.LabelThresholds;
import dev.suffice.models.folder.ModelFingerprint;
import dev.suffice.models.store.ModelStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On the bundled model, in this process: what a job writes, and what becomes of one that is stopped. */
class LabelJobTest {
    private static final ModelStore STORE = ModelStore.of(Path.of(System.getProperty("suffice.home")));
    private static final Path MODEL = STORE.folder("places");
    private static final StepGrid GRID = new StepGrid(List.of(2, 3, 5));

    @TempDir
    private Path folder;

    private static LabelPlan plan(int promptsPerPart) {
        return new LabelPlan(
                ModelFingerprint.of(MODEL),
                List.of("ddim/skip=0.1", "euler-a"),
                GRID,
                2,
                LabelThresholds.usual(),
                List.of("a red sofa", "snowy mountains", "a blue car in front of green hills"),
                promptsPerPart);
    }

    private LabelJob job(Path table) {
        return new LabelJob("local[2]", MODEL, Engines.DEFAULT, 1, table);
    }

    private static LabelJob.Outcome run(LabelJob job, LabelPlan plan, Cancellation cancellation, List<String> damaged) {
        return job.run(plan, cancellation, damaged::add, (parts, all) -> {});
    }

    private static Map<String, byte[]> contents(Path table) throws IOException {
        var contents = new TreeMap<String, byte[]>();
        try (var files = Files.list(table)) {
            for (var file : files.filter(f -> f.toString().endsWith(".parquet")).toList()) {
                contents.put(file.getFileName().toString(), Files.readAllBytes(file));
            }
        }
        return contents;
    }

    @Test
    void measuresWhatTheLabellerMeasuresAndAnyParquetReaderReadsIt() throws IOException {
        var table = folder.resolve("labels");
        assertThat(run(job(table), plan(2), new Cancellation(), new ArrayList<>()))
                .isEqualTo(new LabelJob.Outcome(4, 0));
        var curves = new LabelTable(table).read();
        assertThat(curves).hasSize(12);
        try (var pipeline = Ldm3dPipeline.open(
                MODEL,
                "places",
                STORE.cache(),
                Engines.named(Engines.DEFAULT),
                SessionOptions.defaults().withThreads(1))) {
            var labeller = new StepLabeller(pipeline, GRID);
            for (var curve : curves) {
                var expected = labeller.curves(
                                curve.prompt(),
                                SamplerSetting.parse(curve.scheduler()),
                                curve.seed(),
                                1,
                                new Cancellation())
                        .getFirst();
                for (int i = 0; i < 2; i++) {
                    assertThat(curve.curve().toReference().get(i).rgb())
                            .isCloseTo(expected.toReference().get(i).rgb(), org.assertj.core.data.Offset.offset(1e-3));
                    assertThat(curve.curve().toNext().get(i).depth())
                            .isCloseTo(expected.toNext().get(i).depth(), org.assertj.core.data.Offset.offset(1e-3));
                }
            }
        }
        try (var spark = SparkSession.builder()
                .master("local[1]")
                .config("spark.ui.enabled", "false")
                .config("spark.driver.bindAddress", "127.0.0.1")
                .config("spark.driver.host", "127.0.0.1")
                .getOrCreate()) {
            var read = spark.read().parquet(table.toString());
            assertThat(read.count()).isEqualTo(12);
            assertThat(read.filter("stays_close = 5").count())
                    .isEqualTo(curves.stream()
                            .filter(c -> c.curve().staysClose(0.95, 0.95) == 5)
                            .count());
        }
    }

    @Test
    void aJobThatWasStoppedGoesOnAndEndsAsOneThatWasNot() throws IOException {
        var whole = folder.resolve("whole");
        run(job(whole), plan(1), new Cancellation(), new ArrayList<>());
        var stopped = folder.resolve("stopped");
        var cancellation = new Cancellation();
        assertThatThrownBy(
                        () -> job(stopped).run(plan(1), cancellation, m -> {}, (parts, all) -> cancellation.cancel()))
                .isInstanceOf(CancelledException.class);
        int before = contents(stopped).size();
        assertThat(before).isBetween(1, 5);
        var outcome = run(job(stopped), plan(1), new Cancellation(), new ArrayList<>());
        assertThat(outcome).isEqualTo(new LabelJob.Outcome(6 - before, before));
        assertThat(contents(stopped)).containsExactlyEntriesOf(contents(whole));
        try (var left = Files.list(stopped)) {
            assertThat(left.map(f -> f.getFileName().toString())).noneMatch(name -> name.startsWith("_"));
        }
        assertThat(run(job(stopped), plan(1), new Cancellation(), new ArrayList<>()))
                .as("nothing is missing: Spark is not even started")
                .isEqualTo(new LabelJob.Outcome(0, 6));
    }

    @Test
    void damagedPartsAreNamedAndMadeAnew() throws IOException {
        var table = folder.resolve("labels");
        var one = new LabelPlan(
                ModelFingerprint.of(MODEL),
                List.of("ddim"),
                GRID,
                1,
                LabelThresholds.usual(),
                List.of("a", "b", "c"),
                1);
        run(job(table), one, new Cancellation(), new ArrayList<>());
        var whole = contents(table);
        var names = one.parts().stream().map(LabelPart::fileName).toList();
        var truncated = table.resolve(names.get(0));
        Files.write(truncated, java.util.Arrays.copyOf(whole.get(names.get(0)), 700));
        var text = table.resolve(names.get(1));
        Files.write(text, "no table".getBytes(StandardCharsets.UTF_8));
        var other = table.resolve(names.get(2));
        Files.write(other, whole.get(names.get(0)));
        assertThatThrownBy(() -> new LabelTable(table).read())
                .isInstanceOf(SufficeException.class)
                .hasMessageContaining("damaged, or no table of labels")
                .hasMessageContaining("remove it, or run ./suffice label again");
        var damaged = new ArrayList<String>();
        assertThat(run(job(table), one, new Cancellation(), damaged)).isEqualTo(new LabelJob.Outcome(3, 0));
        assertThat(damaged).hasSize(3);
        assertThat(damaged.get(0)).startsWith(truncated + ": damaged, or no table of labels");
        assertThat(damaged.get(1)).startsWith(text + ": damaged, or no table of labels");
        assertThat(damaged.get(2)).isEqualTo(other + ": row 0 is not that of prompt \"c\" with ddim");
        assertThat(contents(table)).containsExactlyEntriesOf(whole);
    }

    @Test
    void aPartThatFailsEndsTheJobWithItsReason() {
        var wrong = new LabelJob("local[1]", MODEL, "none", 1, folder.resolve("labels"));
        assertThatThrownBy(() -> run(wrong, plan(3), new Cancellation(), new ArrayList<>()))
                .isInstanceOf(SufficeException.class)
                .hasMessageContaining("labelling failed: ")
                .hasMessageContaining("none");
    }
}
