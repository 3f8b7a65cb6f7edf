package dev.suffice.diffusion.stepsaver;

import dev.suffice.engine.ElementType;
import dev.suffice.engine.Engine;
import dev.suffice.engine.Graph;
import dev.suffice.engine.GraphContent;
import dev.suffice.engine.Session;
import dev.suffice.engine.SessionOptions;
import dev.suffice.engine.Shape;
import dev.suffice.engine.Tensor;
import dev.suffice.models.store.PackagedEncoder;
import dev.suffice.models.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.Map;

/**
 * Features of prompts for a predictor that stands alone: by a sentence encoder of its own, whatever text encoder the model has. Prompts are not
 * padded, so a short one takes little time. Thread-safe.
 */
public final class SentenceFeatures implements AutoCloseable {
    private static final String OUTPUT = "last_hidden_state";

    private final Tokenizer tokenizer;
    private final Session session;
    private final int width;

    private SentenceFeatures(Tokenizer tokenizer, Session session, int width) {
        this.tokenizer = tokenizer;
        this.session = session;
        this.width = width;
    }

    /**
     * Opens the encoder.
     *
     * @param cache folder that its files are unpacked to once
     * @throws dev.suffice.core.SufficeException if its library is not on the class path
     */
    public static SentenceFeatures open(PackagedEncoder encoder, Path cache, Engine engine, SessionOptions options) {
        var tokenizer = Tokenizer.ofFile(encoder.tokenizer().unpack(cache), encoder.maxTokens());
        var model = encoder.model().unpack(cache);
        var session = engine.open(Graph.exported("sentence encoder", new GraphContent.OnnxFile(model)), options);
        var output = session.outputs().stream()
                .filter(spec -> spec.name().equals(OUTPUT))
                .findFirst()
                .orElseThrow();
        return new SentenceFeatures(
                tokenizer, session, Math.toIntExact(output.sizes().getLast()));
    }

    /** Features of a prompt; a long one is cut. */
    public float[] of(String prompt) {
        var encoding = tokenizer.encode(prompt);
        int tokens = encoding.ids().length;
        var shape = Shape.of(1, tokens);
        try (var ids = Tensor.of(encoding.ids(), shape);
                var mask = Tensor.of(encoding.attentionMask(), shape);
                var types = Tensor.allocate(ElementType.INT64, shape);
                var states = Tensor.allocate(ElementType.FLOAT32, Shape.of(1, tokens, width))) {
            session.run(
                    Map.of("input_ids", ids, "attention_mask", mask, "token_type_ids", types), Map.of(OUTPUT, states));
            return PromptFeatures.of(states.toFloatArray(), width, tokens);
        }
    }

    @Override
    public void close() {
        session.close();
        tokenizer.close();
    }
}
