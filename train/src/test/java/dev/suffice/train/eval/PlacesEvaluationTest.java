package dev.suffice.train.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.suffice.train.files.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

class PlacesEvaluationTest {
    private static final PromptCase SOFA = new PromptCase("one red sofa, a room", "sofa", "room", "red");
    private static final PromptCase CAR = new PromptCase("one blue car", "car", "outdoor-object", "blue");
    private static final PromptCase UNASKED = new PromptCase("a red sofa in a room", "sofa", "room", "");
    private static final long STEPS = 60;

    @TempDir
    static Path folder;

    private static Path data = Path.of("");
    private static Path judges = Path.of("");

    @BeforeAll
    static void train() throws IOException {
        data = Files.createDirectory(folder.resolve("data"));
        judges = folder.resolve("judges");
        ToyRenderings.write(data, 0, 16);
        ToyRenderings.write(data, 900, 24);
        JudgeTraining training = training(judges, STEPS, Duration.ofHours(1));
        ClassifierQuality classifier = training.classifier(p -> {});
        DepthQuality depth = training.depth(p -> {});
        ObjectQuality objects = training.objects(p -> {});

        assertThat(classifier.label()).isEqualTo(new Proportion(24, 24));
        assertThat(classifier.colour()).isEqualTo(new Proportion(24, 24));
        assertThat(classifier.setting()).isEqualTo(new Proportion(24, 24));
        assertThat(classifier.confusions()).isEmpty();
        assertThat(depth.order().share()).isGreaterThan(0.9);
        assertThat(depth.pictures()).isEqualTo(24);
        assertThat(objects.overlap().share()).isGreaterThan(0.8);
    }

    private static JudgeTraining training(Path judges, long steps, Duration every) {
        return new JudgeTraining(
                new Renderings(data), judges, new JudgeTraining.Options(3, Duration.ofHours(1), steps, every, 1, 1));
    }

    private static void picture(Path to, String name, PromptCase asked, boolean sofa, int shade, int slope)
            throws IOException {
        Pictures.write(
                to,
                name,
                asked.prompt(),
                64,
                (x, y) -> ToyRenderings.rgb(sofa, shade, x, y),
                (x, y) -> 30_000 + slope * y);
    }

    private static EvaluationReport evaluate(Path pictures) throws IOException {
        return new PlacesEvaluation(new PlacesEvaluation.Inputs(pictures, List.of(SOFA, CAR, UNASKED), judges, data))
                .evaluate();
    }

    /** Four pictures: three show what was asked for; in one of them, and in one more, depth is upside down. */
    @Test
    void whatIsRightIsCounted(@TempDir Path pictures) throws IOException {
        picture(pictures, "1", SOFA, true, 90, 400);
        picture(pictures, "2", SOFA, false, 120, 400);
        picture(pictures, "3", CAR, false, 100, -400);
        picture(pictures, "4", CAR, false, 180, 400);
        Pictures.write(pictures, "5", "something else", 64, (x, y) -> 0, (x, y) -> 0);

        EvaluationReport report = evaluate(pictures);
        EvaluationReport.Row model = report.rows().getFirst();

        assertThat(report.prompts()).isEqualTo(3);
        assertThat(report.promptsWithoutPicture()).isEqualTo(1);
        assertThat(report.picturesIgnored()).isEqualTo(1);
        assertThat(report.promptsAmongTrainingCaptions()).isEqualTo(1);
        assertThat(report.trainingPictures()).isEqualTo(16);
        assertThat(report.heldOutPictures()).isEqualTo(24);
        assertThat(report.labels()).isEqualTo(2);
        assertThat(report.mostFrequentLabel()).isEqualTo(new Proportion(2, 4));
        assertThat(model.label()).isEqualTo(new Proportion(3, 4));
        assertThat(model.setting()).isEqualTo(new Proportion(3, 4));
        assertThat(model.colour()).isEqualTo(new Proportion(3, 4));
        assertThat(model.floorNearer()).isEqualTo(new Proportion(2, 2));
        assertThat(model.skyFarthest()).isEqualTo(new Proportion(1, 2));
        assertThat(model.depthOrder().get(1).inOrder().share()).isEqualTo(0.75, within(0.08));
        assertThat(model.depthPictures()).isEqualTo(new Proportion(3, 4));
        assertThat(model.diversity()).isPresent();
        assertThat(report.perLabel())
                .containsEntry("sofa", new Proportion(1, 2))
                .containsEntry("car", new Proportion(2, 2));
        assertThat(report.confusions()).containsExactly("sofa -> car: 1");
    }

    @Test
    void baselinesAreMeasuredAlike(@TempDir Path pictures) throws IOException {
        picture(pictures, "1", SOFA, true, 90, 400);
        picture(pictures, "2", CAR, false, 90, 400);

        List<EvaluationReport.Row> rows = evaluate(pictures).rows();

        assertThat(rows)
                .extracting(EvaluationReport.Row::name)
                .containsExactly(
                        "places",
                        "renderer (held out)",
                        "nearest training caption",
                        "random training picture",
                        "mean picture");
        assertThat(rows.get(1).label()).isEqualTo(new Proportion(24, 24));
        assertThat(rows.get(1).floorNearer()).isEqualTo(new Proportion(12, 12));
        assertThat(rows.get(1).skyFarthest()).isEqualTo(new Proportion(12, 12));
        assertThat(rows.get(2).label()).isEqualTo(new Proportion(2, 2));
        assertThat(rows.get(4).label()).isEqualTo(new Proportion(1, 2)); // one picture cannot be both
        assertThat(rows.get(0).diversity()).isEmpty();
        assertThat(rows.get(1).diversity()).isPresent();
    }

    @Test
    void theReportIsJsonAndTables(@TempDir Path pictures) throws IOException {
        picture(pictures, "1", SOFA, true, 90, 400);
        picture(pictures, "2", CAR, false, 90, 400);

        EvaluationReport report = evaluate(pictures);
        report.write(pictures.resolve("report"));

        var json = JsonMapper.builder().build().readTree(Files.readString(pictures.resolve("report/evaluation.json")));
        assertThat(json.path("rows").path(0).path("label").path("right").asInt())
                .isEqualTo(2);
        assertThat(json.path("rows").path(0).path("frechet").isNumber()).isTrue();
        assertThat(json.path("rows").path(0).path("diversity").isNull()).isTrue();
        assertThat(Files.readString(pictures.resolve("report/evaluation.md")))
                .startsWith(
                        "| | places | renderer (held out) | nearest training caption | random training picture | mean picture |\n")
                .contains("| main object or landscape right | 100.0% (34.2-100.0, 2) | 100.0% (86.2-100.0, 24) |")
                .contains("Chance: 50.0% for one of 2 labels at random")
                .contains("| car | 1 of 1 |");
    }

    @Test
    void aFolderWithoutAskedPicturesIsRefused(@TempDir Path pictures) throws IOException {
        Pictures.write(pictures, "5", "something else", 64, (x, y) -> 0, (x, y) -> 0);

        assertThatThrownBy(() -> evaluate(pictures))
                .isInstanceOf(IOException.class)
                .hasMessage(pictures + ": no picture of any of the 3 prompts (1 of others); generate them first");
    }

    /** Thrown by the test to stop a run. */
    private static final class Stopped extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    @Test
    void aStoppedRunGoesOnToTheSameWeights(@TempDir Path other) throws IOException {
        assertThatThrownBy(() -> training(other, STEPS, Duration.ZERO).classifier(p -> {
                    if (p.step() >= STEPS / 2) {
                        throw new Stopped();
                    }
                }))
                .isInstanceOf(Stopped.class);
        assertThat(other.resolve("classifier.safetensors")).doesNotExist();
        ToyRenderings.write(data, 1, 16);
        try {
            training(other, STEPS, Duration.ZERO)
                    .classifier(p -> assertThat(p.step()).isGreaterThan(STEPS / 2));
        } finally {
            try (Stream<Path> files = Files.list(data)) {
                for (Path late : files.filter(f -> f.getFileName().toString().startsWith("shard-00001"))
                        .toList()) {
                    Files.delete(late);
                }
            }
        }

        Safetensors.Content whole = Safetensors.read(judges.resolve("classifier.safetensors"));
        Safetensors.Content resumed = Safetensors.read(other.resolve("classifier.safetensors"));
        assertThat(resumed.tensors().keySet()).isEqualTo(whole.tensors().keySet());
        for (String name : whole.tensors().keySet()) {
            assertThat(resumed.tensor(name).values())
                    .as(name)
                    .isEqualTo(whole.tensor(name).values());
        }
    }

    @Test
    void tooFewShardsAndBrokenCheckpointsAreNamed(@TempDir Path other) throws IOException {
        var options = new JudgeTraining.Options(3, Duration.ofHours(1), 1, Duration.ZERO, 1, 20);
        assertThatThrownBy(() -> new JudgeTraining(new Renderings(data), other, options).classifier(p -> {}))
                .isInstanceOf(IOException.class)
                .hasMessage("training shards: 1 are complete, expected at least 20; wait for the renderer");

        Files.writeString(other.resolve("depth.checkpoint"), "not a checkpoint");
        assertThatThrownBy(() -> training(other, 1, Duration.ZERO).depth(p -> {}))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(
                        other.resolve("depth.checkpoint") + ": cannot be read as a checkpoint of this judge: ")
                .hasMessageEndingWith("; delete it to train anew");
    }

    @Test
    void judgesThatWereNotTrainedAreNamed(@TempDir Path other) {
        assertThatThrownBy(() -> SceneClassifier.read(other))
                .isInstanceOf(IOException.class)
                .hasMessage(other.resolve("classifier.json") + ": does not exist; train the judges first");
    }
}
