package dev.suffice.diffusion;

import dev.suffice.core.SufficeException;
import dev.suffice.engine.ElementType;
import dev.suffice.engine.Engine;
import dev.suffice.engine.Graph;
import dev.suffice.engine.Session;
import dev.suffice.engine.SessionOptions;
import dev.suffice.engine.Shape;
import dev.suffice.engine.Tensor;
import dev.suffice.models.family.ClipText;
import dev.suffice.models.folder.Config;
import dev.suffice.models.folder.ExportedFile;
import dev.suffice.models.onnx.OperatorSet;
import dev.suffice.models.tokenizer.Tokenizer;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Function;

/** Prompts through the folder's own CLIP text encoder, padded to its full length, as Stable Diffusion reads them. */
final class ClipConditioning implements TextConditioning {
    static final String PART = "text_encoder";

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
        return ExportedFile.in(folder.resolve(PART))
                ? openExported(folder, engine, options)
                : openBuilt(folder, engine, options, operators);
    }

    private static ClipConditioning openExported(Path folder, Engine engine, SessionOptions options) {
        var config = Config.read(folder.resolve(PART).resolve("config.json"));
        var tokenizer = Tokenizer.open(folder.resolve("tokenizer"), config.size("max_position_embeddings", 77));
        var session = engine.open(ExportedNetworks.graph(folder, PART, engine.name()), options);
        return new ClipConditioning(tokenizer, session, tokenizer.maxLength(), config.size("hidden_size"), 0);
    }

    private static ClipConditioning openBuilt(
            Path folder, Engine engine, SessionOptions options, OperatorSet operators) {
        var model = ClipText.open(folder.resolve(PART));
        var tokenizer = Tokenizer.open(folder.resolve("tokenizer"), model.maxTokens());
        var tokens = tokenizer.maxLength();
        var network = model.network(operators, tokens);
        return new ClipConditioning(
                tokenizer, engine.open(network.graph(), options), tokens, model.hiddenSize(), network.flops());
    }

    /**
     * Prompts through an encoder whose layers are measured.
     *
     * @param meter hears of every prompt
     */
    static ClipConditioning openProbed(
            Path folder, ClipText model, OperatorSet operators, Function<Graph, Session> open, LayerMeter meter) {
        var tokenizer = Tokenizer.open(folder.resolve("tokenizer"), model.maxTokens());
        var probed = model.probed(operators, tokenizer.maxLength());
        return new ClipConditioning(
                tokenizer,
                MeteredSession.open(open, probed, meter),
                tokenizer.maxLength(),
                model.hiddenSize(),
                probed.network().flops());
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
        try (var ids = ids(encoding.ids());
                var states = Tensor.allocate(ElementType.FLOAT32, Shape.of(1, tokens, size))) {
            session.run(Map.of("input_ids", ids), Map.of("last_hidden_state", states));
            return new PromptEncoding(states.toFloatArray(), TextConditioning.used(encoding));
        }
    }

    /** Exported encoders may take shorter integers. */
    private Tensor ids(long[] values) {
        var type = session.inputs().getFirst().type();
        if (type == ElementType.INT64) {
            return Tensor.of(values, Shape.of(1, tokens));
        }
        if (type != ElementType.INT32) {
            throw new SufficeException("text_encoder: tokens of type %s: expected INT64 or INT32".formatted(type));
        }
        var tensor = Tensor.allocate(type, Shape.of(1, tokens));
        for (int i = 0; i < values.length; i++) {
            tensor.data().setAtIndex(ValueLayout.JAVA_INT, i, (int) values[i]);
        }
        return tensor;
    }

    @Override
    public void close() {
        session.close();
        tokenizer.close();
    }
}
