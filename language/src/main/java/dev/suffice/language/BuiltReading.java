package dev.suffice.language;

import dev.suffice.engine.Tensor;
import java.util.Map;
import java.util.Optional;

/** Reads a text with a decoder that was built here, which writes keys and values into a cache where they stay. */
final class BuiltReading implements TextReading {
    private static final int PIECE = 256;

    private final BuiltDecoder decoder;
    private final KeyValueCache cache;
    private final int spare;

    /** What a draft head starts from; empty without one. */
    private final Optional<DraftStates> states;

    /** What drafts have read of it with the first layers only; empty if the decoder is opened as a whole. */
    private final Optional<TokensAhead> ahead;

    /** Whether states are kept. */
    private boolean recording;

    BuiltReading(BuiltDecoder decoder, int context) {
        this.decoder = decoder;
        this.spare = decoder.decoder().spareRows();
        this.cache = new KeyValueCache(decoder.decoder().config().layers(), context + spare);
        this.states = decoder.head().map(head -> new DraftStates(head, context));
        this.ahead = decoder.parts().map(parts -> new TokensAhead(decoder, parts));
    }

    @Override
    public int piece() {
        return PIECE;
    }

    @Override
    public boolean keeps() {
        return true;
    }

    /**
     * From now on keeps what a draft head starts from, if the decoder has one.
     *
     * @return tokens of which it is there; empty without a head
     */
    Optional<Integer> record() {
        recording = states.isPresent();
        return states.map(DraftStates::length);
    }

    /** What a draft head starts from, of each token. */
    DraftStates states() {
        return states.orElseThrow();
    }

    /** What drafts read ahead of the text. */
    TokensAhead ahead() {
        return ahead.orElseThrow();
    }

    /**
     * Reads a token behind the text, and behind those that were read so before, with the first layers only.
     *
     * @param text its length
     * @param logits receives what the exit head says of the next token, [1, 1, words]
     */
    void readAhead(int text, int token, Tensor logits) {
        int used = positions(text);
        cache.ensure(used + 1 + spare, used);
        ahead().read(token, used, cache, logits);
    }

    /** Positions of the cache that something may still read. */
    private int positions(int text) {
        return text + ahead.map(TokensAhead::length).orElse(0);
    }

    @Override
    public void expect(TokenList text, int more) {
        cache.ensure(text.length() + more + spare, positions(text.length()));
    }

    @Override
    public void read(TokenList text, int[] more, Tensor logits) {
        expect(text, more.length);
        if (ahead.isPresent()) {
            ahead().finish(more, text.length(), cache, logits);
            return;
        }
        if (!recording) {
            decoder.run(more, text.length(), cache, logits, Map.of());
            return;
        }
        var made = states().allocate(more.length);
        try {
            decoder.run(more, text.length(), cache, logits, made);
            states().add(made, more.length);
        } finally {
            made.values().forEach(Tensor::close);
        }
    }

    @Override
    public void readAgain(TokenList text, int position, Tensor logits) {
        // The row more that is computed would be written over what was read ahead.
        ahead.ifPresent(TokensAhead::forget);
        boolean written = spare > 0 && position + 1 < text.length();
        var next = written ? cache.read(position + 1) : new float[0];
        try {
            decoder.run(new int[] {text.get(position)}, position, cache, logits, Map.of());
        } finally {
            if (written) {
                cache.write(position + 1, next);
            }
        }
    }

    @Override
    public void cut(int kept) {
        ahead.ifPresent(TokensAhead::forget);
        states.ifPresent(one -> one.cut(kept));
    }

    @Override
    public long byteSize() {
        return cache.byteSize();
    }

    @Override
    public void close() {
        ahead.ifPresent(TokensAhead::close);
        cache.close();
    }
}
