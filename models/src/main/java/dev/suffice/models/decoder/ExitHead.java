package dev.suffice.models.decoder;

import dev.suffice.engine.ElementType;
import dev.suffice.engine.Shape;
import dev.suffice.models.ModelException;
import dev.suffice.models.folder.Config;
import dev.suffice.models.onnx.DecoderOperators;
import dev.suffice.models.onnx.Dim;
import dev.suffice.models.onnx.GraphBuilder;
import dev.suffice.models.onnx.Network;
import dev.suffice.models.onnx.OperatorSet;
import dev.suffice.models.quantise.BlockFormat;
import dev.suffice.models.quantise.ResidualStream;
import dev.suffice.models.quantise.Rotation;
import dev.suffice.models.quantise.StoredRows;
import dev.suffice.models.safetensors.SafetensorsFile;
import dev.suffice.models.safetensors.StoredIntegers;
import dev.suffice.models.safetensors.Weights;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * Guesses a decoder's next token from its state after some of its layers (self-speculation with an early exit, as in Kangaroo, Liu et al. 2024, and LayerSkip,
 * Elhoushi et al. 2024): a small feed-forward part with a residual, and an output layer for the most frequent tokens. Immutable. With h the decoder's state of token
 * t and N the root mean square normalisation without weights:
 *
 * <pre>
 * n = N(h)
 * y = n + D (silu(G n) (U n))
 * logits = L N(y)                 of token t + 1, for the words of the head's own smaller vocabulary
 * </pre>
 *
 * <p>Where the size of a state allows it, all vectors are {@link Rotation rotated}, as those of a decoder that was made of a GGUF file are.
 *
 * <p>Network {@code exit}: the {@link Decoder#state state} after layer {@link #after()} - 1, FLOAT32 [1, tokens, hidden], to {@value #LOGITS} [1, tokens, words].
 */
public final class ExitHead {
    /** What a configuration says it is. */
    static final String TYPE = "exit_head";

    /** Name of an output. */
    public static final String LOGITS = "logits";

    /** Name of the tensor that has the decoder's token of each word, INT32 [words]. */
    static final String WORDS = "words";

    /** Names of the tensors of an {@link ExitCalibration}: FLOAT32 [places], UINT8 [places], INT32 [texts]. */
    static final String CONFIDENCES = "calibration.confidences";

    /** The second of them. */
    static final String AGREES = "calibration.agrees";

    /** The third of them. */
    static final String ENDS = "calibration.ends";

    /** In a configuration: the fingerprint of the model that it was calibrated with. */
    static final String CALIBRATED = "calibrated_with";

    private static final Dim BATCH = Dim.of(1);
    private static final Dim TOKENS = new Dim.Symbol("tokens", 1);

    private final Config config;
    private final Weights weights;
    private final int width;
    private final int inner;
    private final int after;
    private final double epsilon;
    private final Optional<Rotation> rotation;
    private final int[] words;

    private ExitHead(Config config, Weights weights) {
        this.config = config;
        this.weights = weights;
        this.width = config.size("hidden_size");
        this.inner = config.size("intermediate_size");
        this.after = config.size("after");
        this.epsilon = config.number("rms_norm_eps", 1e-5);
        this.rotation = rotated(config) ? Optional.of(rotation(config, width)) : Optional.empty();
        this.words = StoredIntegers.values(weights.require(WORDS, Shape.of(config.size("words"))));
    }

    private static boolean rotated(Config config) {
        return config.find(BlockFormat.MARK)
                .map(mark -> mark.path(ResidualStream.ROTATED).asBoolean(false))
                .orElse(false);
    }

    private static Rotation rotation(Config config, int width) {
        return Rotation.of(width)
                .orElseThrow(() -> config.unsupported("hidden_size", "a number whose odd part is at most 255"));
    }

    /**
     * Reads a folder with {@code config.json} and {@code model.safetensors}.
     *
     * @throws ModelException if it holds no exit head, or a damaged one
     */
    public static ExitHead open(Path folder) {
        var config = Config.read(folder.resolve("config.json"));
        if (!config.text("model_type", "").equals(TYPE)) {
            throw config.unsupported("model_type", TYPE);
        }
        return new ExitHead(config, Weights.open(folder));
    }

    /** Whether it was trained for a decoder, quantised in whatever way, that has layers behind it: sizes and the last normalisation's weights tell. */
    public boolean fits(Decoder decoder) {
        return config.text(DraftHead.DECODER, "").equals(DraftHead.mark(decoder))
                && width == decoder.config().hidden()
                && after < decoder.config().layers().size()
                && Arrays.stream(words)
                        .allMatch(word -> word >= 0 && word < decoder.config().vocabulary());
    }

    /** How many layers of the decoder run before it, at least 1. */
    public int after() {
        return after;
    }

    /** Elements of a state. */
    public int width() {
        return width;
    }

    /** The decoder's token of each of its words. */
    public int[] words() {
        return words.clone();
    }

    /**
     * What it said of texts that it was not trained with.
     *
     * @return empty if it was not asked
     * @throws ModelException if that is damaged
     */
    public Optional<ExitCalibration> calibration() {
        var model = config.text(CALIBRATED);
        var ends = weights.find(ENDS);
        if (model.isEmpty() || ends.isEmpty()) {
            return Optional.empty();
        }
        var texts = StoredIntegers.values(ends.get());
        int places = texts.length == 0 ? 0 : Math.max(0, texts[texts.length - 1]);
        var confidences = StoredRows.values(weights.require(CONFIDENCES, Shape.of(places)));
        var agrees = new boolean[places];
        try (var arena = Arena.ofConfined()) {
            var bytes = SafetensorsFile.map(weights.require(AGREES, Shape.of(places)), arena);
            for (int i = 0; i < places; i++) {
                agrees[i] = bytes.get(ValueLayout.JAVA_BYTE, i) != 0;
            }
            return Optional.of(new ExitCalibration(model.get(), confidences, agrees, texts));
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new ModelException("%s: calibration: damaged: %s".formatted(weights.folder(), e.getMessage()), e);
        }
    }

    /**
     * What makes scores of states.
     *
     * @param decoder whose states are read
     */
    public Network network(Decoder decoder) {
        return network(
                rotation.isPresent() == decoder.rotation().isPresent() ? Optional.empty() : Optional.of(turn(decoder)));
    }

    /** The same for states that are rotated already if the head's vectors are, and not otherwise. */
    public Network turnedNetwork() {
        return network(Optional.empty());
    }

    /** What makes a state of the decoder one that the head reads, [hidden, hidden]. */
    private float[] turn(Decoder decoder) {
        var matrix = rotation.or(decoder::rotation).orElseThrow().matrix();
        return rotation.isPresent() ? matrix : transposed(matrix);
    }

    private Network network(Optional<float[]> turn) {
        var graph = new GraphBuilder("exit", OperatorSet.ONNX_RUNTIME);
        var operators = new DecoderOperators(graph);
        var matrices = new Matrices(graph, weights);
        var state = graph.input(Decoder.state(after - 1), ElementType.FLOAT32, BATCH, TOKENS, Dim.of(width));
        graph.scope("norm");
        var ones = new float[width];
        Arrays.fill(ones, 1);
        var one = graph.floats(ones, width);
        var read = turn.map(matrix -> graph.matmul(state, graph.floats(matrix, width, width)))
                .orElse(state);
        var normal = operators.rmsNorm(read, one, epsilon);
        var gate = operators.silu(matrices.linear("gate", normal, inner));
        var up = matrices.linear("up", normal, inner);
        graph.scope("down");
        var down = matrices.linear("down", graph.multiply(gate, up), width);
        graph.scope("output_norm");
        var y = operators.skipRmsNorm(down, normal, one, epsilon);
        graph.output(LOGITS, matrices.linear("output", y.value(), words.length));
        return graph.build();
    }

    private float[] transposed(float[] matrix) {
        var result = new float[matrix.length];
        for (int i = 0; i < width; i++) {
            for (int k = 0; k < width; k++) {
                result[k * width + i] = matrix[i * width + k];
            }
        }
        return result;
    }
}
