package dev.suffice.language;

import dev.suffice.core.InvalidRequestException;
import dev.suffice.engine.ElementType;
import dev.suffice.engine.Engine;
import dev.suffice.engine.SessionOptions;
import dev.suffice.engine.Shape;
import dev.suffice.engine.Tensor;
import dev.suffice.models.decoder.Decoder;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Map;

/**
 * Tells what a decoder makes of texts: the state after one of its layers and the scores of the next token, at every place. For what is to be trained on that. Not
 * thread-safe; holds native memory until closed.
 */
public final class StatesReader implements AutoCloseable {
    /** Places whose scores are computed at once: each has as many as there are tokens. */
    private static final int PIECE = 64;

    private final BuiltDecoder decoder;
    private final int context;
    private final KeyValueCache cache;
    private final int layer;
    private final int spare;
    private final float[] state;
    private final float[] logits;

    /** Hears of the places of a text, in their order. */
    @FunctionalInterface
    public interface Listener {
        /**
         * What was made of a token.
         *
         * @param position of the token, from 0
         * @param state after the layer, [hidden]; written over afterwards
         * @param logits scores of the next token, [vocabulary]; written over afterwards
         */
        void place(int position, float[] state, float[] logits);
    }

    private StatesReader(BuiltDecoder decoder, int layer, int context) {
        this.decoder = decoder;
        this.context = context;
        this.layer = layer;
        var config = decoder.decoder().config();
        this.spare = decoder.decoder().spareRows();
        this.cache = new KeyValueCache(config.layers(), context + spare);
        this.state = new float[config.hidden()];
        this.logits = new float[config.vocabulary()];
    }

    /**
     * Opens a decoder.
     *
     * @param layer after which states are read, from 0
     * @param context most tokens of a text, at least 1 and at most what the model was made for
     * @throws InvalidRequestException if one of them is out of its range
     */
    public static StatesReader open(Decoder decoder, int layer, int context, Engine engine, SessionOptions options) {
        int layers = decoder.config().layers().size();
        if (layer < 0 || layer >= layers) {
            throw new InvalidRequestException("layer %d: the model has %d".formatted(layer, layers));
        }
        return new StatesReader(DecoderSession.reading(decoder, layer, context, engine, options), layer, context);
    }

    /**
     * Reads a text from its start.
     *
     * @param from the first place that is told of
     * @throws InvalidRequestException if the text does not fit into the context
     */
    public void read(int[] tokens, int from, Listener listener) {
        if (tokens.length > context) {
            throw new InvalidRequestException(
                    "text of %d tokens: the context holds %d; shorten it".formatted(tokens.length, context));
        }
        cache.ensure(tokens.length + spare, 0);
        for (int at = 0; at < tokens.length; at += PIECE) {
            int rows = Math.min(PIECE, tokens.length - at);
            // A call without any row is not worth a case of its own: one is computed and dropped.
            int wanted = Math.clamp((long) at + rows - from, 0, rows);
            try (var scores = Tensor.allocate(ElementType.FLOAT32, Shape.of(1, Math.max(1, wanted), logits.length));
                    var states = Tensor.allocate(ElementType.FLOAT32, Shape.of(1, rows, state.length))) {
                decoder.run(
                        Arrays.copyOfRange(tokens, at, at + rows),
                        at,
                        cache,
                        scores,
                        Map.of(Decoder.state(layer), states));
                for (int i = 0; i < wanted; i++) {
                    int row = rows - wanted + i;
                    copy(states, row, state);
                    copy(scores, i, logits);
                    listener.place(at + row, state, logits);
                }
            }
        }
    }

    private static void copy(Tensor rows, int row, float[] target) {
        long from = (long) row * target.length * Float.BYTES;
        MemorySegment.copy(rows.data(), ValueLayout.JAVA_FLOAT, from, target, 0, target.length);
    }

    @Override
    public void close() {
        cache.close();
        decoder.close();
    }
}
