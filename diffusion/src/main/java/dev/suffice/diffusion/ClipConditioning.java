package dev.suffice.diffusion;

import dev.suffice.engine.ElementType;
import dev.suffice.engine.Engine;
import dev.suffice.engine.Session;
import dev.suffice.engine.SessionOptions;
import dev.suffice.engine.Shape;
import dev.suffice.engine.Tensor;
import dev.suffice.models.family.ClipText;
import dev.suffice.models.onnx.OperatorSet;
import dev.suffice.models.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.Map;

/** Prompts through the folder's own CLIP text encoder, padded to its full length, as Stable Diffusion reads them. */
final class ClipConditioning implements TextConditioning {
    private final Tokenizer tokenizer;
    private final Session session;
    private final int tokens;
    private final int size;
    private final long flops;

    private ClipConditioning(Tokenizer tokenizer, Session session, int tokens, int size, long flops) {
        this.tokenizer = tokenizer;
        this.session = session;
        this.tokens = tokens;
        this.size = size;
        this.flops = flops;
    }

    static ClipConditioning open(Path folder, Engine engine, SessionOptions options, OperatorSet operators) {
        var model = ClipText.open(folder.resolve("text_encoder"));
        var tokenizer = Tokenizer.open(folder.resolve("tokenizer"), model.maxTokens());
        var tokens = tokenizer.maxLength();
        var network = model.network(operators, tokens);
        return new ClipConditioning(
                tokenizer, engine.open(network.graph(), options), tokens, model.hiddenSize(), network.flops());
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
        return flops;
    }

    @Override
    public PromptEncoding encode(String prompt, RunListener listener) {
        var encoding = tokenizer.encodePadded(prompt);
        TextConditioning.tellIfCut(encoding, prompt, listener);
        try (var ids = Tensor.of(encoding.ids(), Shape.of(1, tokens));
                var states = Tensor.allocate(ElementType.FLOAT32, Shape.of(1, tokens, size))) {
            session.run(Map.of("input_ids", ids), Map.of("last_hidden_state", states));
            return new PromptEncoding(states.toFloatArray(), TextConditioning.used(encoding));
        }
    }

    @Override
    public void close() {
        session.close();
        tokenizer.close();
    }
}
