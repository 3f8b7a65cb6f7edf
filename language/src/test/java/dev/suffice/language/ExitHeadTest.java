package dev.suffice.language;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.suffice.engine.ElementType;
import dev.suffice.engine.Engines;
import dev.suffice.engine.SessionOptions;
import dev.suffice.engine.Shape;
import dev.suffice.engine.Tensor;
import dev.suffice.models.ModelException;
import dev.suffice.models.decoder.Decoder;
import dev.suffice.models.decoder.Decoders;
import dev.suffice.models.decoder.ExitCalibration;
import dev.suffice.models.decoder.ExitHead;
import dev.suffice.models.decoder.ExitHeadWriter;
import dev.suffice.models.gguf.GgufFile;
import dev.suffice.models.gguf.GgufImport;
import dev.suffice.models.quantise.HeapRows;
import dev.suffice.models.quantise.Rotation;
import dev.suffice.models.safetensors.SafetensorsFile;
import dev.suffice.models.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class ExitHeadTest {
    private static final int AFTER = 2;
    private static final int ROWS = 5;

    @TempDir
    private Path folder;

    private Decoder plain;
    private ExitHeadWriter.Matrices matrices;

    @BeforeEach
    void open() {
        plain = Decoders.open(TestModels.folder().resolve("llama-tied"));
        matrices = new SmallExitHead(plain).matrices();
    }

    private Decoder imported() throws IOException {
        GgufOfFolder.write(TestModels.folder().resolve("llama-tied"), folder.resolve("model.gguf"));
        GgufImport.write(GgufFile.read(folder.resolve("model.gguf")), folder.resolve("imported"));
        var decoder = Decoders.open(folder.resolve("imported"));
        assertThat(decoder.rotation()).isPresent();
        return decoder;
    }

    /** States as the head's formula reads them: not turned. */
    private float[] states() {
        var random = new Random(3);
        var states = new float[ROWS * plain.config().hidden()];
        for (int i = 0; i < states.length; i++) {
            states[i] = 4 * (float) random.nextGaussian();
        }
        return states;
    }

    private float[] turned(float[] states, boolean turn) {
        int hidden = plain.config().hidden();
        var rotation = Rotation.of(hidden).orElseThrow();
        var all = new float[states.length];
        var row = new float[hidden];
        for (int i = 0; i < ROWS; i++) {
            System.arraycopy(states, i * hidden, row, 0, hidden);
            if (turn) {
                rotation.apply(row);
            }
            System.arraycopy(row, 0, all, i * hidden, hidden);
        }
        return all;
    }

    private float[] run(ExitHead head, Decoder decoder, float[] states) {
        int words = head.words().length;
        try (var session = Engines.named("onnxruntime")
                        .open(
                                head.network(decoder).graph(),
                                SessionOptions.defaults().withThreads(1));
                var in = Tensor.of(states, Shape.of(1, ROWS, head.width()));
                var out = Tensor.allocate(ElementType.FLOAT32, Shape.of(1, ROWS, words))) {
            session.run(Map.of(Decoder.state(AFTER - 1), in), Map.of(ExitHead.LOGITS, out));
            return out.toFloatArray();
        }
    }

    /** The formula, one state after the other. */
    private float[] expected(float[] states) {
        int hidden = plain.config().hidden();
        int words = matrices.words().length;
        var all = new float[ROWS * words];
        for (int row = 0; row < ROWS; row++) {
            var h = new double[hidden];
            for (int i = 0; i < hidden; i++) {
                h[i] = states[row * hidden + i];
            }
            var n = normalised(h);
            var gate = product(matrices.gate(), n);
            var up = product(matrices.up(), n);
            for (int i = 0; i < gate.length; i++) {
                gate[i] = gate[i] / (1 + Math.exp(-gate[i])) * up[i];
            }
            var y = product(matrices.down(), gate);
            for (int i = 0; i < hidden; i++) {
                y[i] += n[i];
            }
            var logits = product(matrices.output(), normalised(y));
            for (int i = 0; i < words; i++) {
                all[row * words + i] = (float) logits[i];
            }
        }
        return all;
    }

    private double[] normalised(double[] x) {
        double squares = 0;
        for (double value : x) {
            squares += value * value;
        }
        double scale = 1 / Math.sqrt(squares / x.length + plain.config().epsilon());
        var y = new double[x.length];
        for (int i = 0; i < y.length; i++) {
            y[i] = x[i] * scale;
        }
        return y;
    }

    private static double[] product(HeapRows matrix, double[] x) {
        var y = new double[(int) matrix.rows()];
        var row = new float[matrix.columns()];
        for (int i = 0; i < y.length; i++) {
            matrix.read(i, row);
            for (int k = 0; k < row.length; k++) {
                y[i] += row[k] * x[k];
            }
        }
        return y;
    }

    /** Root mean square of the difference, as a share of that of what is expected. */
    private static double away(float[] actual, float[] expected) {
        double difference = 0;
        double size = 0;
        for (int i = 0; i < expected.length; i++) {
            difference += Math.pow(actual[i] - expected[i], 2);
            size += Math.pow(expected[i], 2);
        }
        return Math.sqrt(difference / size);
    }

    @Test
    void computesTheFormulaInEightBitsForDecodersOfBothKinds() throws IOException {
        var states = states();
        var expected = expected(turned(states, true));
        var head = new SmallExitHead(plain).write(folder.resolve("head"), AFTER);
        assertThat(away(run(head, plain, states), expected)).isLessThan(0.02);
        assertThat(away(run(head, imported(), turned(states, true)), expected)).isLessThan(0.02);
        // As small as that is, another layer's weights are not.
        assertThat(away(run(head, plain, turned(states, true)), expected)).isGreaterThan(0.5);
    }

    @Test
    void computesTheFormulaInSinglePrecisionForDecodersOfBothKinds() throws IOException {
        var states = states();
        var head = plainHead(_ -> {}, "");
        var expected = expected(states);
        var given = run(head, plain, states);
        for (int i = 0; i < expected.length; i++) {
            assertThat(given[i]).isCloseTo(expected[i], within(1e-3f));
        }
        assertThat(away(run(head, imported(), turned(states, true)), expected)).isLessThan(1e-5);
    }

    private interface Change {
        void to(ObjectNode config);
    }

    /** A head whose matrices are as they were trained, for vectors that are not turned. */
    private ExitHead plainHead(Change change, String leftOut) throws IOException {
        var written = folder.resolve("plain-" + System.nanoTime());
        new SmallExitHead(plain).write(written, AFTER);
        var config = (ObjectNode)
                JsonMapper.shared().readTree(written.resolve("config.json").toFile());
        config.remove("quantization_config");
        change.to(config);
        Files.writeString(written.resolve("config.json"), config.toString());
        var file = written.resolve("model.safetensors");
        try (var arena = Arena.ofConfined()) {
            var words = SafetensorsFile.read(file).tensor("words").orElseThrow();
            var writer = new SafetensorsWriter();
            for (var rows : new HeapRows[] {matrices.gate(), matrices.up(), matrices.down(), matrices.output()}) {
                if (!rows.name().equals(leftOut)) {
                    writer.tensor(rows.name() + ".weight", Shape.of(rows.rows(), rows.columns()), rows.values());
                }
            }
            if (!leftOut.equals("words")) {
                writer.copy(words, SafetensorsFile.map(words, arena));
            }
            writer.write(file);
        }
        return ExitHead.open(written);
    }

    @Test
    void belongsToOneModelAndNeedsALayerBehindIt() throws IOException {
        assertThat(plainHead(_ -> {}, "").fits(plain)).isTrue();
        assertThat(plainHead(_ -> {}, "").fits(imported())).isTrue();
        assertThat(plainHead(_ -> {}, "").fits(Decoders.open(TestModels.folder().resolve("qwen2"))))
                .isFalse();
        assertThat(plainHead(config -> config.put("decoder", "llama-4-600-0000000000000000"), "")
                        .fits(plain))
                .isFalse();
        assertThat(plainHead(config -> config.put("after", 3), "").fits(plain)).isTrue();
        assertThat(plainHead(config -> config.put("after", 4), "").fits(plain)).isFalse();
        assertThat(plainHead(config -> config.put("after", 5), "").fits(plain)).isFalse();
    }

    @Test
    void damagedFoldersAreRefused() throws IOException {
        for (var name : new String[] {"gate", "up", "down", "output"}) {
            var head = plainHead(_ -> {}, name);
            assertThatThrownBy(() -> head.network(plain))
                    .isInstanceOf(ModelException.class)
                    .hasMessageContaining(name + ".weight");
        }
        assertThatThrownBy(() -> plainHead(_ -> {}, "words"))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("words");
        assertThatThrownBy(() -> plainHead(config -> config.put("words", 9), ""))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("words");
        assertThatThrownBy(() -> plainHead(config -> config.put("after", 0), ""))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("after 0: must be a whole number between 1");
        assertThatThrownBy(() -> plainHead(config -> config.put("model_type", "draft_head"), ""))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("model_type \"draft_head\": must be exit_head");
        var wide = plainHead(config -> config.put("intermediate_size", 50), "");
        assertThatThrownBy(() -> wide.network(plain))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("gate.weight");
    }

    @Test
    void aCalibrationIsReadAsItWasWritten() throws IOException {
        var seen = new ExitCalibration(
                "0123456789abcdef",
                new float[] {0.5f, 1, 0, 0.25f},
                new boolean[] {true, false, false, true},
                new int[] {1, 4});
        var head = new SmallExitHead(plain).write(folder.resolve("head"), AFTER, Optional.of(seen));
        var read = head.calibration().orElseThrow();
        assertThat(read.model()).isEqualTo("0123456789abcdef");
        assertThat(read.confidences()).containsExactly(0.5f, 1, 0, 0.25f);
        assertThat(read.agrees()).containsExactly(true, false, false, true);
        assertThat(read.ends()).containsExactly(1, 4);
        assertThat(read.texts()).isEqualTo(2);
        assertThat(new SmallExitHead(plain)
                        .write(folder.resolve("without"), AFTER)
                        .calibration())
                .isEmpty();
        assertThatThrownBy(() -> new ExitCalibration("", new float[2], new boolean[2], new int[] {2, 2}))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ExitCalibration("", new float[2], new boolean[1], new int[] {2}))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ExitCalibration("", new float[] {1.5f}, new boolean[1], new int[] {1}))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void matricesHaveToFitEachOther() {
        assertThatThrownBy(() -> new ExitHeadWriter.Matrices(
                        matrices.gate(), matrices.up(), matrices.gate(), matrices.output(), matrices.words()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ExitHeadWriter.Matrices(
                        matrices.gate(), matrices.up(), matrices.down(), matrices.output(), new int[3]))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void statesAndScoresOfAReaderAreThoseOfTheDecoder() {
        var tokens = new int[] {54, 283, 223, 470, 75, 398, 301, 326, 54, 283, 223, 470};
        try (var session = DecoderSession.open(
                        plain,
                        64,
                        Engines.named("onnxruntime"),
                        SessionOptions.defaults().withThreads(1));
                var reader = StatesReader.open(
                        plain,
                        1,
                        64,
                        Engines.named("onnxruntime"),
                        SessionOptions.defaults().withThreads(1));
                var text = session.text()) {
            var expected = text.read(tokens, 5);
            // Twice, for the second time writes over the cache of the first.
            for (int time = 0; time < 2; time++) {
                var heard = new java.util.ArrayList<Integer>();
                reader.read(tokens, 7, (position, state, logits) -> {
                    heard.add(position);
                    assertThat(state).hasSize(64);
                    for (int i = 0; i < logits.length; i++) {
                        assertThat(logits[i]).isCloseTo(expected[position - 7][i], within(1e-4f));
                    }
                });
                assertThat(heard).containsExactly(7, 8, 9, 10, 11);
            }
        }
    }
}
