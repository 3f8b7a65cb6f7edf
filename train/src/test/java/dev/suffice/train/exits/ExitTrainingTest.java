package dev.suffice.train.exits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.suffice.core.InvalidRequestException;
import dev.suffice.core.ProcessMemory;
import dev.suffice.core.SufficeException;
import dev.suffice.models.ModelException;
import dev.suffice.models.quantise.StoredRows;
import dev.suffice.models.safetensors.SafetensorsWriter;
import dev.suffice.models.safetensors.Weights;
import dev.suffice.train.files.Safetensors;
import dev.suffice.train.loop.Checkpoint;
import dev.suffice.train.nn.AdamW;
import dev.suffice.train.nn.Dropout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class ExitTrainingTest {
    private static final Tuning FULL = new Tuning.Full();
    private static final Tuning LORA = new Tuning.Lora(8, 16);

    @TempDir
    private Path folder;

    private ExitBase base = new ExitBase(Path.of(""), "");

    @BeforeEach
    void encoder() throws IOException {
        base = ToyBert.write(folder.resolve("base"), 5);
    }

    private ExitTrainingOptions options(String run, ExitMethod method, Tuning tuning, double epochs) {
        return ExitTrainingOptions.of(folder.resolve(run), folder.resolve(run + "-out"), tuning)
                .withMethod(method)
                .withHeads(new ExitHeads(List.of(), 16, Pooling.CLS, Pooling.CLS, false))
                .withRecipe(new ExitRecipe(epochs, 16, 5e-3, 20, 0, 0.01))
                .withSeed(3);
    }

    private TrainedExits run(ExitData data, ExitTrainingOptions options) throws IOException, InterruptedException {
        return ExitTraining.run(base, data, options, ExitTraining.MoreFiles.NONE, progress -> {});
    }

    static Stream<Arguments> ways() {
        return Stream.of(ExitMethod.values())
                .flatMap(method -> Stream.of(FULL, LORA).map(tuning -> Arguments.of(method, tuning)));
    }

    @ParameterizedTest
    @MethodSource("ways")
    void learnsWhetherATokenOccurs(ExitMethod method, Tuning tuning) throws IOException, InterruptedException {
        var options = options("run", method, tuning, 12);
        var data = ToyBert.data(320, 100);
        var trained = run(data, options);
        assertThat(trained.heldOut()).extracting(ExitQuality::layer).containsExactly(1, 2, 3);
        var last = trained.heldOut().getLast();
        assertThat(last.quality()).isGreaterThan(0.97);
        assertThat(last.loss()).isLessThan(0.12);
        assertThat(last.agreement()).isEqualTo(1);
        assertThat(trained.heldOut().get(1).quality()).isGreaterThan(0.85);
        try (var read = Reread.network(options.out(), base, data, options)) {
            assertThat(new HeldOutMeasure(read, data.task(), data.heldOut()).of(read.layers()))
                    .isEqualTo(trained.heldOut());
        }
        String stage = method == ExitMethod.TWO_STAGE ? "ramps" : "exits";
        assertThat(ImageIO.read(options.run().resolve(stage + "-loss.png").toFile()))
                .isNotNull();
        assertThat(options.run().resolve(stage + "-heldout.csv"))
                .content()
                .contains("240,quality.1,", "240,agreement.2,1", "240,loss.3,");
    }

    @Test
    void regressionAndMeansAndChosenLayers() throws IOException, InterruptedException {
        var examples = ToyBert.texts(320, 1).stream()
                .map(text -> ExitExample.scored(text, ToyBert.has(text) ? 2.5f : -0.5f))
                .toList();
        var data = new ExitData(
                ExitTask.REGRESSION, List.of("presence"), examples.subList(0, 256), examples.subList(256, 320));
        var options = options("run", ExitMethod.DISTILLED, LORA, 12)
                .withHeads(new ExitHeads(List.of(2), 16, Pooling.MEAN, Pooling.MEAN, false));
        var trained = run(data, options);
        assertThat(trained.exits()).containsExactly(2);
        assertThat(trained.heldOut()).hasSize(2);
        assertThat(trained.heldOut().getLast().quality()).isGreaterThan(0.97);
        assertThat(trained.heldOut().getLast().loss()).isLessThan(0.2);
        assertThat(options.out().resolve("config.json")).content().contains("\"problem_type\" : \"regression\"");
        try (var read = Reread.network(options.out(), base, data, options)) {
            assertThat(new HeldOutMeasure(read, data.task(), data.heldOut()).of(read.layers()))
                    .isEqualTo(trained.heldOut());
        }
    }

    @Test
    void labelsOfTokens() throws IOException, InterruptedException {
        // A token's label is whether the text has the token asked for; the first token has none.
        var examples = ToyBert.texts(320, 1).stream()
                .map(text -> {
                    int[] labels = new int[text.length];
                    Arrays.fill(labels, ToyBert.has(text) ? 1 : 0);
                    labels[0] = ExitLabel.Tokens.IGNORED;
                    return ExitExample.tagged(text, labels);
                })
                .toList();
        var data = new ExitData(
                ExitTask.TOKEN_LABELS,
                List.of("absent", "present"),
                examples.subList(0, 256),
                examples.subList(256, 320));
        var options = options("run", ExitMethod.DISTILLED, LORA, 12);
        var trained = run(data, options);
        assertThat(trained.heldOut().getLast().quality()).isGreaterThan(0.97);
        assertThat(options.out().resolve("adapter_config.json"))
                .content()
                .contains("\"task_type\" : \"TOKEN_CLS\"", "\"modules_to_save\" : [ \"classifier\" ]");
        try (var read = Reread.network(options.out(), base, data, options)) {
            assertThat(new HeldOutMeasure(read, data.task(), data.heldOut()).of(read.layers()))
                    .isEqualTo(trained.heldOut());
        }
    }

    private static byte[] bytes(Path file) throws IOException {
        return Files.readAllBytes(file);
    }

    private void interrupted(ExitData data, ExitTrainingOptions options, String stage, int after) {
        assertThatThrownBy(() -> ExitTraining.run(base, data, options, ExitTraining.MoreFiles.NONE, progress -> {
                    if (progress.stage().equals(stage) && progress.step() == after) {
                        Thread.currentThread().interrupt();
                    }
                }))
                .isInstanceOf(InterruptedException.class)
                .hasMessage("training was stopped; the same command goes on from the checkpoint in " + options.run());
        assertThat(options.out()).doesNotExist();
    }

    @ParameterizedTest
    @MethodSource("ways")
    void goesOnWhereItStoppedBitForBit(ExitMethod method, Tuning tuning) throws IOException, InterruptedException {
        var data = ToyBert.data(72, 20);
        var heads = new ExitHeads(List.of(1, 2), 16, Pooling.CLS, Pooling.CLS, true);
        var recipe = new ExitRecipe(2, 16, 5e-3, 3, 0.1, 0.01);
        var whole = options("whole", method, tuning, 1).withRecipe(recipe).withHeads(heads);
        var parts = options("parts", method, tuning, 1).withRecipe(recipe).withHeads(heads);
        var trained = run(data, whole);
        interrupted(data, parts, method == ExitMethod.TWO_STAGE ? "encoder" : "exits", 3);
        if (method == ExitMethod.TWO_STAGE) {
            interrupted(data, parts, "ramps", 6);
        }
        interrupted(data, parts, "confidence", 2);
        assertThat(run(data, parts)).isEqualTo(trained);
        for (String file : List.of(
                "exits.safetensors",
                tuning.equals(FULL) ? "model.safetensors" : "adapter_model.safetensors",
                "config.json")) {
            assertThat(bytes(parts.out().resolve(file)))
                    .as(file)
                    .isEqualTo(bytes(whole.out().resolve(file)));
        }
        assertThat(run(data, whole, 4)).isNotEqualTo(bytes(whole.out().resolve("exits.safetensors")));
    }

    /** The off-ramps' file of a run with another seed, in folders of its own. */
    private byte[] run(ExitData data, ExitTrainingOptions like, long seed) throws IOException, InterruptedException {
        var options = options("other", like.method(), like.tuning(), 1)
                .withRecipe(like.recipe())
                .withHeads(like.heads())
                .withSeed(seed);
        run(data, options);
        return bytes(options.out().resolve("exits.safetensors"));
    }

    @Test
    void aRunThatIsDoneIsWrittenAgainWithoutTraining() throws IOException, InterruptedException {
        var data = ToyBert.data(64, 20);
        var options = options("run", ExitMethod.JOINT, LORA, 1);
        var first = run(data, options);
        var log = Files.readAllLines(options.run().resolve("exits-heldout.csv"));
        var steps = new ArrayList<Long>();
        assertThat(ExitTraining.run(
                        base,
                        data,
                        options,
                        (out, trained) -> Files.writeString(out.resolve("classifier.json"), trained.base()),
                        progress -> steps.add(progress.step())))
                .isEqualTo(first);
        assertThat(steps).isEmpty();
        assertThat(Files.readAllLines(options.run().resolve("exits-heldout.csv")))
                .isEqualTo(log);
        assertThat(options.out().resolve("classifier.json")).content().isEqualTo("toy/bert");
    }

    @Test
    void checkpointsOfOtherRunsAreRefused() throws IOException, InterruptedException {
        var options = options("run", ExitMethod.JOINT, LORA, 1);
        run(ToyBert.data(64, 0), options);
        Path checkpoint = options.run().resolve("exits.checkpoint");
        assertThatThrownBy(() -> run(ToyBert.data(65, 0), options))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(checkpoint + ": the checkpoint was made with the data 64 examples, checksum ")
                .hasMessageContaining(", and this is 65 examples, checksum ")
                .hasMessageEndingWith("; give the same, or move the checkpoint away to begin anew");
        assertThatThrownBy(() -> run(ToyBert.data(64, 0), options.withSeed(9)))
                .hasMessageContaining("the seed 3, and this is 9");
        assertThatThrownBy(() -> run(ToyBert.data(64, 0), options.withMethod(ExitMethod.DISTILLED)))
                .hasMessageContaining("the method JOINT, and this is DISTILLED");
        assertThatThrownBy(() -> run(ToyBert.data(64, 0), options("run", ExitMethod.JOINT, new Tuning.Lora(4, 16), 1)))
                .hasMessageContaining("another configuration of the network; move it away to begin anew");
        base = ToyBert.write(folder.resolve("base2"), 6);
        assertThatThrownBy(() -> run(ToyBert.data(64, 0), options)).hasMessageContaining("the base model of checksum");
    }

    /** The loss of some steps of an objective. */
    private static List<Float> steps(Objective objective, ExitData data, int count) {
        var losses = new ArrayList<Float>();
        try (var optimiser = new AdamW(objective.parameters(), 0.9, 0.98, 0.01, 1, 0)) {
            for (int step = 0; step < count; step++) {
                try (var _ = new PointerScope()) {
                    Tensor loss = objective.loss(
                            LabelledBatch.of(data.training().subList(0, 32), data.task(), 0), Dropout.NONE);
                    loss.backward();
                    losses.add(loss.item_float());
                }
                optimiser.step(5e-3);
            }
        }
        return losses;
    }

    @ParameterizedTest
    @MethodSource("tunings")
    void laterStagesLeaveTheEncoderAsItIs(Tuning tuning) {
        var data = ToyBert.data(64, 0);
        var options = options("run", ExitMethod.TWO_STAGE, tuning, 1)
                .withHeads(new ExitHeads(List.of(), 16, Pooling.CLS, Pooling.CLS, true));
        try (var network = new ExitNetwork(base.config(), data.task(), 2, options)) {
            network.allocate(base.weights(), 1);
            float[] main = Checkpoint.values(network.main().master());
            float[] ramps = Checkpoint.values(network.ramps().master());
            float[] confidence = Checkpoint.values(network.confidence().master());
            var losses = steps(new Objective.Ramps(network, ExitLoss.of(data.task())), data, 30);
            assertThat(losses.getLast()).isLessThan(0.7f * losses.getFirst());
            float[] trained = Checkpoint.values(network.ramps().master());
            assertThat(trained).isNotEqualTo(ramps);
            assertThat(Checkpoint.values(network.main().master())).containsExactly(main);
            assertThat(Checkpoint.values(network.confidence().master())).containsExactly(confidence);

            var unsure = steps(new Objective.Confidence(network, ExitLoss.of(data.task()), 0), data, 60);
            assertThat(unsure.getLast()).isLessThan(unsure.getFirst());
            assertThat(Checkpoint.values(network.confidence().master())).isNotEqualTo(confidence);
            assertThat(Checkpoint.values(network.ramps().master())).containsExactly(trained);
            assertThat(Checkpoint.values(network.main().master())).containsExactly(main);
        }
    }

    static Stream<Tuning> tunings() {
        return Stream.of(FULL, LORA);
    }

    /** Written out once more, number by number. */
    @Test
    void lossesAreThoseOfTheFormulas() {
        float[] logits = {1, 0, 0.5f, 2, -1, 3};
        try (var _ = new PointerScope()) {
            // Two heads, one row, three labels; the last is the teacher.
            Tensor given = Tensor.create(logits, 2, 1, 3);
            var entropy = ExitLoss.of(ExitTask.SINGLE_LABEL);
            double[] student = softmax(1, 0, 0.5);
            double[] teacher = softmax(2, -1, 3);
            float[] rows = Checkpoint.values(
                    entropy.rows(given, Tensor.create(new long[] {2})).contiguous());
            assertThat(rows[0]).isCloseTo((float) -Math.log(student[2]), within(1e-6f));
            assertThat(rows[1]).isCloseTo((float) -Math.log(teacher[2]), within(1e-6f));
            double divergence = 0;
            for (int i = 0; i < 3; i++) {
                divergence += teacher[i] * Math.log(teacher[i] / student[i]);
            }
            float[] distances = Checkpoint.values(
                    entropy.distances(given.narrow(0, 0, 1), given.select(0, 1)).contiguous());
            assertThat(distances[0]).isCloseTo((float) divergence, within(1e-6f));
            Tensor numbers = Tensor.create(new float[] {1, 4}, 2, 1, 1);
            var squared = ExitLoss.of(ExitTask.REGRESSION);
            // Three heads, two rows: numbers near the last head's are the same.
            Tensor three = Tensor.create(new float[] {1, 4.5f, 3.25f, 4, 3, 5}, 3, 2, 1);
            assertThat(Checkpoint.values(
                            squared.same(three, 0.5).to(torch.ScalarType.Float).contiguous()))
                    .containsExactly(0, 1, 1, 0);
            Tensor two = Tensor.create(new float[] {1, 0, 0, 1, 2, 1, 3, 1}, 2, 2, 2);
            assertThat(Checkpoint.values(
                            entropy.same(two, 0).to(torch.ScalarType.Float).contiguous()))
                    .containsExactly(1, 0);
            assertThat(Checkpoint.values(squared.rows(numbers, Tensor.create(new float[] {3}))
                            .contiguous()))
                    .containsExactly(4, 1);
            assertThat(Checkpoint.values(squared.distances(numbers.narrow(0, 0, 1), numbers.select(0, 1))
                            .contiguous()))
                    .containsExactly(9);
        }
    }

    private static double[] softmax(double... logits) {
        double sum = Arrays.stream(logits).map(Math::exp).sum();
        return Arrays.stream(logits).map(x -> Math.exp(x) / sum).toArray();
    }

    @Test
    void nativeMemoryDoesNotGrow() throws IOException, InterruptedException {
        var options = options("run", ExitMethod.DISTILLED, LORA, 200);
        var memory = new LinkedHashMap<Long, Long>();
        ExitTraining.run(base, ToyBert.data(64, 0), options, ExitTraining.MoreFiles.NONE, progress -> {
            if (progress.step() % 200 == 0) {
                memory.put(progress.step(), ProcessMemory.anonymous().orElse(0));
            }
        });
        assertThat(memory.keySet()).containsExactly(200L, 400L, 600L, 800L);
        // Without its scope a step leaves almost half a megabyte behind.
        assertThat(memory.lastEntry().getValue() - memory.firstEntry().getValue())
                .isLessThan(100L << 20);
    }

    @Test
    void whatDoesNotFitTheEncoderIsRefused() {
        var options = options("run", ExitMethod.JOINT, LORA, 1);
        var good = ToyBert.categories(8, 1);
        var long17 = new ArrayList<>(good);
        long17.set(2, ExitExample.of(new int[17], 1));
        assertThatThrownBy(() -> run(with(long17), options))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("training example 3: 17 tokens: the model reads at most 16; shorten the text");
        var unknown = new ArrayList<>(good);
        unknown.set(7, ExitExample.of(new int[] {1, 20}, 1));
        assertThatThrownBy(() -> run(with(unknown), options))
                .hasMessage("training example 8: token 20: the model knows 0 to 19; are the ids of its own tokenizer?");
        assertThatThrownBy(() -> run(
                        with(good),
                        options.withHeads(new ExitHeads(List.of(1, 3), 16, Pooling.CLS, Pooling.CLS, false))))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage(
                        "exits after layers [1, 3]: the model has 3 layers, the last of which has a head anyway; name layers between 1 and 2");
    }

    @Test
    void foldersWithOtherThingsAreLeftAlone() throws IOException {
        var options = options("run", ExitMethod.JOINT, LORA, 1);
        Files.createDirectories(options.out());
        Files.writeString(options.out().resolve("thesis.txt"), "mine");
        assertThatThrownBy(() -> run(ToyBert.data(8, 0), options))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage(
                        "%s: has files, and no exits.safetensors: is no earlier result that may be replaced; give a new folder",
                        options.out());
        assertThat(options.out().resolve("thesis.txt")).exists();
        Files.writeString(options.out().resolve("exits.safetensors"), "");
        Files.createDirectories(options.out().resolve("more"));
        assertThatThrownBy(() -> run(ToyBert.data(8, 0), options)).hasMessageContaining("has folders in it");
        assertThatThrownBy(() -> ExitTrainingOptions.of(folder.resolve("a/run"), folder.resolve("a"), LORA))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage(
                        "folder %s of the run: lies in %s, which is replaced by the result as a whole; give another folder",
                        folder.resolve("a/run"), folder.resolve("a"));
        var over = ExitTrainingOptions.of(folder.resolve("run"), base.folder(), LORA);
        assertThatThrownBy(() -> run(ToyBert.data(8, 0), over))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("which is replaced by the result as a whole");
    }

    @Test
    void aLossThatIsNoNumberEndsTheRun() throws IOException {
        var writer = new SafetensorsWriter();
        for (var tensor : Weights.open(base.folder()).tensors().values()) {
            float[] values = StoredRows.values(tensor);
            Arrays.fill(values, Float.NaN);
            writer.tensor(tensor.name(), tensor.shape(), values);
        }
        writer.write(base.folder().resolve("model.safetensors"));
        assertThatThrownBy(() -> run(ToyBert.data(64, 0), options("run", ExitMethod.JOINT, LORA, 10)))
                .isInstanceOf(SufficeException.class)
                .hasMessageStartingWith(
                        "step 20 of exits: the loss has been NaN for 20 steps: the learning rate 0.005");
    }

    @Test
    void anEncoderWithoutWeightsIsRefused() throws IOException {
        Files.delete(base.folder().resolve("model.safetensors"));
        assertThatThrownBy(() -> run(ToyBert.data(8, 0), options("run", ExitMethod.JOINT, LORA, 1)))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("no weights");
    }

    private static ExitData with(List<ExitExample> examples) {
        return new ExitData(ExitTask.SINGLE_LABEL, List.of("absent", "present"), examples, List.of());
    }

    /** The confidences that were written belong to the off-ramps. */
    @Test
    void confidencesAreWrittenWithTheOffRamps() throws IOException, InterruptedException {
        var options = options("run", ExitMethod.DISTILLED, LORA, 2)
                .withHeads(new ExitHeads(List.of(1), 16, Pooling.CLS, Pooling.CLS, true));
        run(ToyBert.data(64, 0), options);
        assertThat(Safetensors.read(options.out().resolve("exits.safetensors"))
                        .tensors()
                        .keySet())
                .containsExactlyInAnyOrder(
                        "exits.1.dense.weight",
                        "exits.1.dense.bias",
                        "exits.1.out_proj.weight",
                        "exits.1.out_proj.bias",
                        "exits.1.confidence.weight",
                        "exits.1.confidence.bias");
    }
}
