package dev.suffice.language;

import dev.suffice.core.InvalidRequestException;
import dev.suffice.engine.ElementType;
import dev.suffice.engine.Shape;
import dev.suffice.engine.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * A text that a decoder has read: its tokens, and what the decoder keeps of them. It can be read on, and cut back to any earlier length. Not
 * thread-safe; holds native memory until closed.
 */
public final class DecodedText implements AutoCloseable {
    private final DecoderSession session;
    private final TextReading reading;
    private final TokenList tokens = new TokenList();

    DecodedText(DecoderSession session, TextReading reading) {
        this.session = session;
        this.reading = reading;
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
        return reading instanceof BuiltReading built ? built.record().orElse(tokens.length()) : tokens.length();
    }

    /** Most tokens. */
    int context() {
        return session.context();
    }

    /** What a draft head starts from, of each token. */
    DraftStates states() {
        return built().states();
    }

    private BuiltReading built() {
        if (reading instanceof BuiltReading built) {
            return built;
        }
        throw new IllegalStateException("an exported network has neither states nor parts");
    }

    /** A copy of the tokens so far. */
    public int[] tokens() {
        return tokens.toArray();
    }

    /** Native memory of keys and values, in bytes. */
    public long byteSize() {
        return reading.byteSize();
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
        if (rows == 0 && !reading.keeps()) {
            tokens.add(more);
            return new float[0][];
        }
        reading.expect(tokens, more.length);
        int vocabulary = session.vocabulary();
        var logits = new float[rows][];
        int piece = reading.piece();
        for (int from = 0; from < more.length; ) {
            int to = Math.min(more.length - from, piece) + from;
            int wanted = Math.max(0, to - Math.max(from, more.length - rows));
            var some = Arrays.copyOfRange(more, from, to);
            // A call without any row is not worth a case of its own: one row is computed and dropped.
            try (var made = Tensor.allocate(ElementType.FLOAT32, Shape.of(1, Math.max(1, wanted), vocabulary))) {
                reading.read(tokens, some, made);
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
            tokens.add(some);
            from = to;
        }
        return logits;
    }

    /** What drafts read ahead of the text. */
    TokensAhead ahead() {
        return built().ahead();
    }

    /**
     * Reads a token behind the text, and behind those that were read so before, with the first layers only; the text does not change.
     *
     * @param token that has to fit into the context with all of them
     * @param logits receives what the exit head says of the next token, [1, 1, words]
     */
    void readAhead(int token, Tensor logits) {
        built().readAhead(tokens.length(), token, logits);
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
        int vocabulary = session.vocabulary();
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
        reading.cut(kept);
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
        try (var made = Tensor.allocate(ElementType.FLOAT32, Shape.of(1, 1, session.vocabulary()))) {
            reading.readAgain(tokens, position, made);
            return made.toFloatArray();
        }
    }

    @Override
    public void close() {
        reading.close();
    }
}
