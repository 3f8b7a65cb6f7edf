package dev.suffice.diffusion;

import dev.suffice.core.SufficeException;
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
 * Prompts through an exported sentence encoder that travels in a library: its token states, prompts padded to a fixed
 * length, the padding masked inside the encoder and its states handed on like the others.
 */
final class SentenceConditioning implements TextConditioning {
    private static final String OUTPUT = "last_hidden_state";

    private final Tokenizer tokenizer;
    private final Session session;
    private final int tokens;
    private final int size;

    private SentenceConditioning(Tokenizer tokenizer, Session session, int tokens, int size) {
        this.tokenizer = tokenizer;
        this.session = session;
        this.tokens = tokens;
        this.size = size;
    }

    static SentenceConditioning open(PackagedEncoder files, Path cache, Engine engine, SessionOptions options) {
        var tokenizer = Tokenizer.ofFile(files.tokenizer().unpack(cache), files.maxTokens());
        var model = files.model().unpack(cache);
        var session = engine.open(Graph.exported("sentence encoder", new GraphContent.OnnxFile(model)), options);
        var output = session.outputs().stream()
                .filter(spec -> spec.name().equals(OUTPUT) && spec.sizes().size() == 3)
                .findFirst()
                .orElseThrow(() -> new SufficeException(
                        "text encoder %s: no output %s; it has %s".formatted(model, OUTPUT, session.outputs())));
        return new SentenceConditioning(
                tokenizer,
                session,
                files.maxTokens(),
                Math.toIntExact(output.sizes().getLast()));
    }

    @Override
    public int tokens() {
        return tokens;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public long flops() {
        return 0; // an exported graph: not counted
    }

    @Override
    public PromptEncoding encode(String prompt, RunListener listener) {
        var encoding = tokenizer.encodePadded(prompt);
        TextConditioning.tellIfCut(encoding, prompt, listener);
        var shape = Shape.of(1, tokens);
        try (var ids = Tensor.of(encoding.ids(), shape);
                var mask = Tensor.of(encoding.attentionMask(), shape);
                var types = Tensor.allocate(ElementType.INT64, shape);
                var states = Tensor.allocate(ElementType.FLOAT32, Shape.of(1, tokens, size))) {
            session.run(
                    Map.of("input_ids", ids, "attention_mask", mask, "token_type_ids", types), Map.of(OUTPUT, states));
            return new PromptEncoding(states.toFloatArray(), TextConditioning.used(encoding));
        }
    }

    @Override
    public void close() {
        session.close();
        tokenizer.close();
    }
}
