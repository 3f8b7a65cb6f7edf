package dev.suffice.language;

import dev.suffice.engine.ElementType;
import dev.suffice.engine.Engine;
import dev.suffice.engine.Session;
import dev.suffice.engine.SessionOptions;
import dev.suffice.engine.Shape;
import dev.suffice.engine.Tensor;
import dev.suffice.models.decoder.AttentionConfig;
import dev.suffice.models.decoder.Decoder;
import dev.suffice.models.decoder.DraftHead;
import dev.suffice.models.quantise.MatrixRows;
import dev.suffice.models.quantise.QuantisedRows;
import dev.suffice.models.quantise.Rotation;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A draft head made ready to run beside its decoder. Thread-safe, but for {@link #embed}. */
final class DraftHeadSession implements AutoCloseable {
    private final DraftHead head;
    private final Rotation rotation;

    /** What the decoder's states and embeddings have to be turned by; empty if they are already. */
    private final Optional<Rotation> missing;

    private final float[] outputNorm;
    private final int[] words;
    private final Session fuse;
    private final Session draft;
    private final Arena arena = Arena.ofShared();
    private final MatrixRows embedding;
    private final Tensor cosines;
    private final Tensor sines;

    DraftHeadSession(DraftHead head, Decoder decoder, int context, Engine engine, SessionOptions options) {
        this.head = head;
        this.rotation = head.rotation();
        this.missing = decoder.rotation().isPresent() ? Optional.empty() : Optional.of(rotation);
        this.outputNorm = head.outputNorm();
        this.words = head.words();
        this.fuse = engine.open(head.fuse(missing).graph(), options);
        this.draft = engine.open(head.draft().graph(), options);
        this.embedding = QuantisedRows.open(decoder.weights(), decoder.embeddingPath(), head.width(), arena);
        var rope = head.attention().rope().orElseThrow();
        var tables = rope.tables(context, context);
        var shape = Shape.of(context, rope.storedSize() / 2);
        this.cosines = Tensor.of(tables.cos(), shape);
        this.sines = Tensor.of(tables.sin(), shape);
    }

    /** The decoder's layers whose states it reads. */
    List<Integer> layers() {
        return head.layers();
    }

    /** Elements of a state. */
    int width() {
        return head.width();
    }

    /** The decoder's token of each word. */
    int[] words() {
        return words;
    }

    /** What its one layer keeps of a text. */
    List<AttentionConfig> attention() {
        return List.of(head.attention());
    }

    /**
     * States of the decoder to what drafts start from.
     *
     * @param states [1, tokens, width] of each layer, by their names
     * @param target receives [tokens, width]
     * @param at where
     */
    void fuse(Map<String, Tensor> states, int tokens, float[] target, int at) {
        try (var fused = Tensor.allocate(ElementType.FLOAT32, Shape.of(1, tokens, width()))) {
            fuse.run(states, Map.of(DraftHead.FUSED, fused));
            MemorySegment.copy(fused.data(), ValueLayout.JAVA_FLOAT, 0, target, at, tokens * width());
        }
    }

    /** The decoder's embedding of a token, rotated as all vectors of the head are. */
    void embed(int token, float[] target) {
        embedding.read(token, target);
        missing.ifPresent(rotation -> rotation.apply(target));
    }

    /** What stands for a token's row of the head's output layer: its embedding as that layer sees it. */
    void outputRow(int token, float[] target) {
        embedding.read(token, target);
        if (missing.isEmpty()) {
            rotation.invert(target);
        }
        for (int i = 0; i < target.length; i++) {
            target[i] *= outputNorm[i];
        }
        rotation.apply(target);
    }

    /**
     * A step.
     *
     * @param fused [1, tokens, width]
     * @param embedded the same, of the tokens that follow
     * @param used positions in the cache
     * @param state receives [1, 1, width]
     * @param logits receives [1, 1, words]
     */
    void draft(Tensor fused, Tensor embedded, int used, KeyValueCache cache, Tensor state, Tensor logits) {
        int total = used + Math.toIntExact(fused.shape().size(1));
        try (var last = PassInputs.whole(total - 1);
                var all = PassInputs.whole(total)) {
            var inputs = new LinkedHashMap<>(cache.past());
            inputs.put(DraftHead.FUSED, fused);
            inputs.put(DraftHead.EMBEDDED, embedded);
            inputs.put(Decoder.LAST_POSITION, last);
            inputs.put(Decoder.TOTAL, all);
            inputs.put(Decoder.cosines(0), cosines);
            inputs.put(Decoder.sines(0), sines);
            var outputs = new LinkedHashMap<>(cache.present());
            outputs.put(DraftHead.STATE, state);
            outputs.put(DraftHead.LOGITS, logits);
            draft.run(inputs, outputs);
        }
    }

    @Override
    public void close() {
        fuse.close();
        draft.close();
        cosines.close();
        sines.close();
        arena.close();
    }
}
