package dev.suffice.language;

import dev.suffice.core.InvalidRequestException;
import dev.suffice.engine.ElementType;
import dev.suffice.engine.Shape;
import dev.suffice.engine.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

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

    /** What a draft head starts from; empty without one. */
    private final Optional<DraftStates> states;

    /** What drafts have read of it with the first layers only; empty if the decoder is opened as a whole. */
    private final Optional<TokensAhead> ahead;

    /** Whether states are kept. */
    private boolean recording;

    DecodedText(DecoderSession session) {
        this.session = session;
        this.spare = session.decoder().spareRows();
        this.cache = new KeyValueCache(session.decoder().config().layers(), session.context() + spare);
        this.states = session.head().map(head -> new DraftStates(head, session.context()));
        this.ahead = session.parts().map(parts -> new TokensAhead(session, parts));
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
        recording = states.isPresent();
        return states.map(DraftStates::length).orElse(tokens.length());
    }

    /** Most tokens. */
    int context() {
        return session.context();
    }

    /** What a draft head starts from, of each token. */
    DraftStates states() {
        return states.orElseThrow();
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
        cache.ensure(tokens.length() + more.length + spare, positions());
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

    /** Positions of the cache that something may still read. */
    private int positions() {
        return tokens.length() + ahead.map(TokensAhead::length).orElse(0);
    }

    /** What drafts read ahead of the text. */
    TokensAhead ahead() {
        return ahead.orElseThrow();
    }

    /**
     * Reads a token behind the text, and behind those that were read so before, with the first layers only; the text does not change.
     *
     * @param token that has to fit into the context with all of them
     * @param logits receives what the exit head says of the next token, [1, 1, words]
     */
    void readAhead(int token, Tensor logits) {
        int used = positions();
        cache.ensure(used + 1 + spare, used);
        ahead().read(token, used, cache, logits);
    }

    private void run(int[] piece, Tensor logits) {
        if (ahead.isPresent()) {
            ahead().finish(piece, tokens.length(), cache, logits);
            return;
        }
        if (!recording) {
            session.run(piece, tokens.length(), cache, logits, Map.of());
            return;
        }
        var made = states().allocate(piece.length);
        try {
            session.run(piece, tokens.length(), cache, logits, made);
            states().add(made, piece.length);
        } finally {
            made.values().forEach(Tensor::close);
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
        ahead.ifPresent(TokensAhead::forget);
        states.ifPresent(one -> one.cut(kept));
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
        // The row more that is computed would be written over what was read ahead.
        ahead.ifPresent(TokensAhead::forget);
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
        ahead.ifPresent(TokensAhead::close);
        cache.close();
    }
}
