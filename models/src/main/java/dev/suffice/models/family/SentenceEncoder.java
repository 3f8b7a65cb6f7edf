package dev.suffice.models.family;

import dev.suffice.engine.ElementType;
import dev.suffice.engine.Engine;
import dev.suffice.engine.Graph;
import dev.suffice.engine.GraphContent;
import dev.suffice.engine.Session;
import dev.suffice.engine.SessionOptions;
import dev.suffice.engine.Shape;
import dev.suffice.engine.Tensor;
import dev.suffice.models.ModelException;
import dev.suffice.models.store.PackagedEncoder;
import dev.suffice.models.tokenizer.Encoding;
import dev.suffice.models.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.Map;

/** An exported sentence encoder, opened: texts to the states of their tokens. Thread-safe. */
public final class SentenceEncoder implements AutoCloseable {
    private static final String OUTPUT = "last_hidden_state";

    private final Tokenizer tokenizer;
    private final Session session;
    private final int width;

    private SentenceEncoder(Tokenizer tokenizer, Session session, int width) {
        this.tokenizer = tokenizer;
        this.session = session;
        this.width = width;
    }

    /**
     * Opens it.
     *
     * @param files where it is
     * @param cache folder that its files are unpacked to once
     * @throws dev.suffice.core.SufficeException if its library is not on the class path, or it gives no states
     */
    public static SentenceEncoder open(PackagedEncoder files, Path cache, Engine engine, SessionOptions options) {
        var tokenizer = Tokenizer.ofFile(files.tokenizer().unpack(cache), files.maxTokens());
        var model = files.model().unpack(cache);
        var session = engine.open(Graph.exported("sentence encoder", new GraphContent.OnnxFile(model)), options);
        var output = session.outputs().stream()
                .filter(spec -> spec.name().equals(OUTPUT) && spec.sizes().size() == 3)
                .findFirst()
                .orElseThrow(() -> new ModelException(
                        "text encoder %s: no output %s; it has %s".formatted(model, OUTPUT, session.outputs())));
        return new SentenceEncoder(
                tokenizer, session, Math.toIntExact(output.sizes().getLast()));
    }

    /** What it reads. */
    public Tokenizer tokenizer() {
        return tokenizer;
    }

    /** Length of a state. */
    public int width() {
        return width;
    }

    /** The states of all positions of an encoding, [positions, width], row by row; padding is masked. */
    public float[] states(Encoding encoding) {
        var shape = Shape.of(1, encoding.ids().length);
        try (var ids = Tensor.of(encoding.ids(), shape);
                var mask = Tensor.of(encoding.attentionMask(), shape);
                var types = Tensor.allocate(ElementType.INT64, shape);
                var states = Tensor.allocate(ElementType.FLOAT32, Shape.of(1, encoding.ids().length, width))) {
            session.run(
                    Map.of("input_ids", ids, "attention_mask", mask, "token_type_ids", types), Map.of(OUTPUT, states));
            return states.toFloatArray();
        }
    }

    @Override
    public void close() {
        session.close();
        tokenizer.close();
    }
}
