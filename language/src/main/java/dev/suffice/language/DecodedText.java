package dev.suffice.language;

import dev.suffice.core.InvalidRequestException;
import dev.suffice.engine.ElementType;
import dev.suffice.engine.Shape;
import dev.suffice.engine.Tensor;
import dev.suffice.models.decoder.Decoder;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A text that a decoder has read: its tokens, and the keys and values of each layer. It can be read on, and cut back to any earlier length. Not
 * thread-safe; holds native memory until closed.
 */
public final class DecodedText implements AutoCloseable {
    /** Tokens of one call; a longer text is read in pieces, so that memory does not grow with its square. */
    private static final int PIECE = 256;

    private final DecoderSession session;
    private final KeyValueCache cache;
    private final int spare;
    private final TokenList tokens = new TokenList();

    /** What a draft head starts from, [tokens, width]; empty without one. */
    private float[] fused = new float[0];

    /** Whether that is kept. */
    private boolean recording;

    /** Tokens of which it is there. */
    private int recorded;

    DecodedText(DecoderSession session) {
        this.session = session;
        this.spare = session.decoder().spareRows();
        this.cache = new KeyValueCache(session.decoder().config().layers(), session.context() + spare);
    }

    /** Tokens so far. */
    public int length() {
        return tokens.length();
    }

    /**
     * From now on keeps what a draft head starts from, if the session has one.
     *
     * @return tokens of which it is there; what follows them has to be read anew for it
     */
    int record() {
        recording = session.head().isPresent();
        return recording ? recorded : tokens.length();
    }

    /** Most tokens. */
    int context() {
        return session.context();
    }

    /** What a draft head starts from, of some tokens, [1, rows, width]. */
    void fused(int from, int rows, Tensor target) {
        int width = Math.toIntExact(target.shape().size(2));
        MemorySegment.copy(fused, from * width, target.data(), ValueLayout.JAVA_FLOAT, 0, rows * width);
    }

    /** A copy of the tokens so far. */
    public int[] tokens() {
        return tokens.toArray();
    }

    /** Native memory of keys and values, in bytes. */
    public long byteSize() {
        return cache.byteSize();
    }

    /**
     * Reads on.
     *
     * @param more tokens that follow, at least one
     * @param rows how many of them, from the last, logits are wanted of, 0 to their number
     * @return logits of what follows each of these, [rows][vocabulary]
     * @throws InvalidRequestException if the text does not fit into the context, or a token is not in the vocabulary
     */
    public float[][] read(int[] more, int rows) {
        check(more, rows);
        cache.ensure(tokens.length() + more.length + spare, tokens.length());
        int vocabulary = session.decoder().config().vocabulary();
        var logits = new float[rows][];
        for (int from = 0; from < more.length; ) {
            int to = Math.min(more.length, from + PIECE);
            int wanted = Math.max(0, to - Math.max(from, more.length - rows));
            var piece = Arrays.copyOfRange(more, from, to);
            // A call without any row is not worth a case of its own: one row is computed and dropped.
            try (var made = Tensor.allocate(ElementType.FLOAT32, Shape.of(1, Math.max(1, wanted), vocabulary))) {
                run(piece, made);
                for (int i = 0; i < wanted; i++) {
                    var row = new float[vocabulary];
                    MemorySegment.copy(
                            made.data(),
                            ValueLayout.JAVA_FLOAT,
                            (long) i * vocabulary * Float.BYTES,
                            row,
                            0,
                            vocabulary);
                    logits[to - wanted + i - (more.length - rows)] = row;
                }
            }
            tokens.add(piece);
            from = to;
        }
        return logits;
    }

    private void run(int[] piece, Tensor logits) {
        if (!recording) {
            session.run(piece, tokens.length(), cache, logits, Map.of());
            return;
        }
        var head = session.head().orElseThrow();
        int width = head.width();
        var states = new LinkedHashMap<String, Tensor>();
        try {
            for (int layer : head.layers()) {
                states.put(
                        Decoder.state(layer), Tensor.allocate(ElementType.FLOAT32, Shape.of(1, piece.length, width)));
            }
            session.run(piece, tokens.length(), cache, logits, states);
            int needed = Math.multiplyExact(tokens.length() + piece.length, width);
            if (fused.length < needed) {
                fused = Arrays.copyOf(
                        fused, (int) Math.min((long) session.context() * width, Math.max(needed, 2L * fused.length)));
            }
            head.fuse(states, piece.length, fused, tokens.length() * width);
            recorded = tokens.length() + piece.length;
        } finally {
            states.values().forEach(Tensor::close);
        }
    }

    private void check(int[] more, int rows) {
        if (more.length == 0 || rows < 0 || rows > more.length) {
            throw new IllegalArgumentException("%d tokens, logits of %d".formatted(more.length, rows));
        }
        if (tokens.length() + more.length > session.context()) {
            throw new InvalidRequestException(
                    "text of %d tokens: the context holds %d; shorten the text, or open the model with a larger context"
                            .formatted(tokens.length() + more.length, session.context()));
        }
        int vocabulary = session.decoder().config().vocabulary();
        for (int token : more) {
            if (token < 0 || token >= vocabulary) {
                throw new InvalidRequestException("token %d: the model has %d; do tokenizer and model belong together?"
                        .formatted(token, vocabulary));
            }
        }
    }

    /**
     * Forgets the end of the text.
     *
     * @param kept tokens that stay, 0 to {@link #length()}
     */
    public void cut(int kept) {
        if (kept < 0 || kept > tokens.length()) {
            throw new IllegalArgumentException("%d of %d tokens".formatted(kept, tokens.length()));
        }
        tokens.cut(kept);
        recorded = Math.min(recorded, kept);
    }

    /**
     * Reads a token of the text once more, by a call of its own; the text does not change.
     *
     * @param position of the token, 0 to {@link #length()} - 1
     * @return logits of what follows it
     */
    public float[] readAgain(int position) {
        if (position < 0 || position >= tokens.length()) {
            throw new IllegalArgumentException("token %d of %d".formatted(position, tokens.length()));
        }
        int vocabulary = session.decoder().config().vocabulary();
        boolean written = spare > 0 && position + 1 < tokens.length();
        var next = written ? cache.read(position + 1) : new float[0];
        try (var made = Tensor.allocate(ElementType.FLOAT32, Shape.of(1, 1, vocabulary))) {
            session.run(new int[] {tokens.get(position)}, position, cache, made, Map.of());
            return made.toFloatArray();
        } finally {
            if (written) {
                cache.write(position + 1, next);
            }
        }
    }

    @Override
    public void close() {
        cache.close();
    }
}
