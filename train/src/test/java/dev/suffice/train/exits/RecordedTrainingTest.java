package dev.suffice.train.exits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.suffice.engine.Shape;
import dev.suffice.models.quantise.StoredRows;
import dev.suffice.models.safetensors.SafetensorsWriter;
import dev.suffice.models.safetensors.Weights;
import dev.suffice.train.files.Safetensors;
import dev.suffice.train.loop.Checkpoint;
import dev.suffice.train.nn.AdamW;
import dev.suffice.train.nn.ComputeThreads;
import dev.suffice.train.nn.Dropout;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Some steps of training go as they go with transformers, PEFT and PyTorch (see tiny/README.md), and what is written is read back.
 *
 * <p>With {@code -Dsuffice.exits.results=FOLDER} the results stay there, for {@code record_exit_training.py check}.
 */
final class RecordedTrainingTest {
    private static final List<String> LABELS = List.of("a", "b", "c");
    private static final double RATE = 0.01;

    private static ExitBase base = new ExitBase(Path.of(""), "");
    private static Safetensors.Content io = new Safetensors.Content(Map.of(), Map.of());
    private static List<ExitExample> examples = List.of();

    @TempDir
    private Path folder;

    @BeforeAll
    static void fixture() throws IOException, URISyntaxException {
        ComputeThreads.use(1);
        base = new ExitBase(
                Path.of(Objects.requireNonNull(RecordedTrainingTest.class.getResource("tiny"))
                        .toURI()),
                "tiny");
        io = Safetensors.read(base.folder().resolve("io.safetensors"));
        float[] ids = io.tensor("ids").values();
        float[] mask = io.tensor("mask").values();
        float[] labels = io.tensor("labels").values();
        int width = ids.length / labels.length;
        var read = new ArrayList<ExitExample>();
        for (int n = 0; n < labels.length; n++) {
            int length = 0;
            while (length < width && mask[n * width + length] > 0) {
                length++;
            }
            int[] text = new int[length];
            for (int t = 0; t < length; t++) {
                text[t] = (int) ids[n * width + t];
            }
            read.add(ExitExample.of(text, (int) labels[n]));
        }
        examples = read;
    }

    private Path results() {
        return Path.of(System.getProperty("suffice.exits.results", folder.toString()));
    }

    private ExitTrainingOptions options(Tuning tuning, Pooling pooling) {
        return ExitTrainingOptions.of(folder.resolve("run"), folder.resolve("out"), tuning)
                .withHeads(new ExitHeads(List.of(), 8, pooling, pooling, false));
    }

    private static ExitNetwork network(ExitTask task, ExitTrainingOptions options) throws IOException {
        var network = new ExitNetwork(base.config(), task, LABELS.size(), options);
        network.allocate(base.weights(), 1);
        for (var parameter : network.all()) {
            for (String kind : List.of("heads.", "adapters.")) {
                var recorded = io.tensors().get(kind + parameter.name());
                if (recorded != null && Arrays.equals(recorded.shape(), parameter.shape())) {
                    parameter.write(recorded.values());
                }
            }
        }
        return network;
    }

    private static void train(ExitNetwork network, boolean distilled, float[] losses) {
        var objective = new Objective.Joint(network, ExitLoss.of(ExitTask.SINGLE_LABEL), network.layers(), distilled);
        try (var optimiser = new AdamW(network.main(), 0.9, 0.98, 0.01, 1, 0)) {
            for (float recorded : losses) {
                try (var _ = new PointerScope()) {
                    Tensor loss = objective.loss(LabelledBatch.of(examples, ExitTask.SINGLE_LABEL, 0), Dropout.NONE);
                    loss.backward();
                    assertThat(loss.item_float()).isCloseTo(recorded, within(1e-4f));
                }
                optimiser.step(RATE);
            }
        }
    }

    private static TrainedExits trained(ExitTask task, ExitTrainingOptions options) {
        return new TrainedExits(
                task,
                LABELS,
                options.heads().pooling(),
                options.heads().rampPooling(),
                List.of(1, 2),
                3,
                8,
                false,
                base.name(),
                options.method(),
                options.tuning(),
                options.recipe(),
                1,
                4,
                0,
                List.of());
    }

    private static ExitData data(ExitTask task, List<ExitExample> used) {
        return new ExitData(task, LABELS, used, List.of());
    }

    private static float[] logits(ExitNetwork network) {
        return Reread.logits(network, examples, ExitTask.SINGLE_LABEL);
    }

    @Test
    void adaptersLearnAsInPeftAndTheEncoderStaysAsItIs() throws IOException {
        var options = options(new Tuning.Lora(2, 4), Pooling.CLS);
        try (var network = network(ExitTask.SINGLE_LABEL, options)) {
            assertThat(logits(network)).containsExactly(io.tensor("lora.before").values(), within(1e-4f));
            train(network, true, io.tensor("lora.losses").values());
            assertThat(logits(network)).containsExactly(io.tensor("lora.after").values(), within(5e-4f));

            var stored = Weights.open(base.folder());
            for (var weight : network.encoder().base()) {
                assertThat(Checkpoint.values(weight.tensor()))
                        .as(weight.name())
                        .isEqualTo(StoredRows.values(stored.find(weight.name()).orElseThrow()));
            }

            Path out = results().resolve("lora");
            new ExitModelWriter(network, base, trained(ExitTask.SINGLE_LABEL, options), false)
                    .write(out, ExitTraining.MoreFiles.NONE);
            try (var read = Reread.network(out, base, data(ExitTask.SINGLE_LABEL, examples), options)) {
                assertThat(logits(read)).containsExactly(logits(network));
            }
            assertThat(out.resolve("adapter_config.json"))
                    .content()
                    .contains(
                            "\"r\" : 2",
                            "\"lora_alpha\" : 4",
                            "\"task_type\" : \"SEQ_CLS\"",
                            "\"peft_type\" : \"LORA\"");
            assertThat(out).isDirectoryNotContaining(path -> path.endsWith("model.safetensors"));

            Path half = folder.resolve("half");
            new ExitModelWriter(network, base, trained(ExitTask.SINGLE_LABEL, options), true)
                    .write(half, ExitTraining.MoreFiles.NONE);
            assertThat(Files.size(half.resolve("adapter_model.safetensors")))
                    .isLessThan(Files.size(out.resolve("adapter_model.safetensors")) - 2000);
            try (var read = Reread.network(half, base, data(ExitTask.SINGLE_LABEL, examples), options)) {
                assertThat(logits(read)).containsExactly(logits(network), within(0.01f));
            }
        }
    }

    @Test
    void allWeightsLearnAsInTransformers() throws IOException {
        var options = options(new Tuning.Full(), Pooling.MEAN);
        try (var network = network(ExitTask.SINGLE_LABEL, options)) {
            train(network, false, io.tensor("full.losses").values());
            assertThat(logits(network)).containsExactly(io.tensor("full.after").values(), within(1e-3f));
            Path out = results().resolve("full");
            new ExitModelWriter(network, base, trained(ExitTask.SINGLE_LABEL, options), false)
                    .write(out, ExitTraining.MoreFiles.NONE);
            try (var read = Reread.network(out, base, data(ExitTask.SINGLE_LABEL, examples), options)) {
                assertThat(logits(read)).containsExactly(logits(network));
            }
            assertThat(out.resolve("config.json"))
                    .content()
                    .contains(
                            "\"architectures\" : [ \"BertForSequenceClassification\" ]",
                            "\"problem_type\" : \"single_label_classification\"",
                            "\"1\" : \"b\"",
                            "\"c\" : 2");
            // transformers' own classifier reads the first token.
            try (var first = Reread.network(
                    out,
                    base,
                    data(ExitTask.SINGLE_LABEL, examples),
                    options.withHeads(new ExitHeads(List.of(), 8, Pooling.CLS, Pooling.CLS, false)))) {
                float[] all = logits(first);
                new SafetensorsWriter()
                        .tensor("cls", Shape.of(4, 3), Arrays.copyOfRange(all, all.length - 12, all.length))
                        .write(results().resolve("full-logits.safetensors"));
            }
        }
    }

    @Test
    void tokenLabelsAreWrittenAndReadBack() throws IOException {
        var options = options(new Tuning.Full(), Pooling.CLS);
        var tagged = examples.stream()
                .map(e -> ExitExample.tagged(
                        e.tokens(), Arrays.stream(e.tokens()).map(id -> id % 3).toArray()))
                .toList();
        try (var network = network(ExitTask.TOKEN_LABELS, options)) {
            Path out = results().resolve("tokens");
            new ExitModelWriter(network, base, trained(ExitTask.TOKEN_LABELS, options), false)
                    .write(out, ExitTraining.MoreFiles.NONE);
            float[] own = Reread.logits(network, tagged, ExitTask.TOKEN_LABELS);
            try (var read = Reread.network(out, base, data(ExitTask.TOKEN_LABELS, tagged), options)) {
                assertThat(Reread.logits(read, tagged, ExitTask.TOKEN_LABELS)).containsExactly(own);
            }
            int rows = own.length / 9;
            assertThat(rows).isEqualTo(25);
            new SafetensorsWriter()
                    .tensor("tokens", Shape.of(rows, 3), Arrays.copyOfRange(own, own.length - rows * 3, own.length))
                    .write(results().resolve("tokens-logits.safetensors"));
            assertThat(out.resolve("config.json"))
                    .content()
                    .contains("BertForTokenClassification")
                    .doesNotContain("problem_type");
        }
    }
}
