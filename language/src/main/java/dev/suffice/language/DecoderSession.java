package dev.suffice.language;

import dev.suffice.core.InvalidRequestException;
import dev.suffice.engine.ElementType;
import dev.suffice.engine.Engine;
import dev.suffice.engine.Session;
import dev.suffice.engine.SessionOptions;
import dev.suffice.engine.Shape;
import dev.suffice.engine.Tensor;
import dev.suffice.models.decoder.Decoder;
import dev.suffice.models.decoder.DraftHead;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A decoder made ready to run, for texts of up to a number of tokens. Texts that are being read are {@link DecodedText}s, any number of which share the
 * weights. Thread-safe.
 */
public final class DecoderSession implements AutoCloseable {
    private final Decoder decoder;
    private final int context;
    private final Session session;
    private final Map<String, Tensor> tables = new LinkedHashMap<>();

    private final Optional<DraftHeadSession> head;

    private DecoderSession(Decoder decoder, int context, Session session, Optional<DraftHeadSession> head) {
        this.head = head;
        this.decoder = decoder;
        this.context = context;
        this.session = session;
        var ropes = decoder.config().ropes();
        for (int k = 0; k < ropes.size(); k++) {
            var rope = ropes.get(k);
            int positions = context + decoder.spareRows();
            var table = rope.tables(positions, context);
            var shape = Shape.of(positions, rope.storedSize() / 2);
            tables.put(Decoder.cosines(k), Tensor.of(table.cos(), shape));
            tables.put(Decoder.sines(k), Tensor.of(table.sin(), shape));
        }
    }

    /**
     * Opens a decoder.
     *
     * @param context most tokens of a text, with those that are generated, at least 1 and at most what the model was made for
     * @throws InvalidRequestException if the context is out of its range
     */
    public static DecoderSession open(Decoder decoder, int context, Engine engine, SessionOptions options) {
        return open(decoder, Optional.empty(), context, engine, options);
    }

    /**
     * Opens a decoder with a head that drafts for it.
     *
     * @param head that fits the decoder
     * @param context as above
     * @throws InvalidRequestException if the context is out of its range, or the head does not fit
     */
    public static DecoderSession open(
            Decoder decoder, Optional<DraftHead> head, int context, Engine engine, SessionOptions options) {
        int most = decoder.config().maxPositions();
        if (context < 1 || context > most) {
            throw new InvalidRequestException(
                    "context of %d tokens: must be between 1 and %d, what the model was made for"
                            .formatted(context, most));
        }
        if (head.isPresent() && !head.get().fits(decoder)) {
            throw new InvalidRequestException(
                    "draft head: was trained for another model; use the one of this model, or none");
        }
        var read = head.map(one -> Set.copyOf(one.layers())).orElse(Set.of());
        var session = engine.open(decoder.network(read).graph(), options);
        try {
            return new DecoderSession(
                    decoder,
                    context,
                    session,
                    head.map(one -> new DraftHeadSession(one, decoder, context, engine, options)));
        } catch (RuntimeException e) {
            session.close();
            throw e;
        }
    }

    /** Whether it was opened with a head that drafts for it. */
    public boolean hasDraftHead() {
        return head.isPresent();
    }

    /** What drafts for it, if it was opened with that. */
    Optional<DraftHeadSession> head() {
        return head;
    }

    /** What it runs. */
    public Decoder decoder() {
        return decoder;
    }

    /** Most tokens of a text. */
    public int context() {
        return context;
    }

    /** A text without tokens; the caller closes it before this session. */
    public DecodedText text() {
        return new DecodedText(this);
    }

    /**
     * Reads tokens that follow on those that a cache has.
     *
     * @param used positions in the cache
     * @param logits [1, rows, vocabulary], of the last tokens
     * @param states by name, of all of them; none if nobody reads them
     */
    void run(int[] tokens, int used, KeyValueCache cache, Tensor logits, Map<String, Tensor> states) {
        int rows = Math.toIntExact(logits.shape().size(1));
        var ids = new long[tokens.length];
        for (int i = 0; i < tokens.length; i++) {
            ids[i] = tokens[i];
        }
        var wanted = new long[rows];
        for (int i = 0; i < rows; i++) {
            wanted[i] = (long) tokens.length - rows + i;
        }
        int total = used + tokens.length + decoder.spareRows();
        try (var input = Tensor.of(ids, Shape.of(1, tokens.length));
                var last = whole(total - 1);
                var all = whole(total);
                var logitRows = Tensor.of(wanted, Shape.of(rows))) {
            var inputs = new LinkedHashMap<>(tables);
            inputs.put(Decoder.TOKENS, input);
            inputs.put(Decoder.LAST_POSITION, last);
            inputs.put(Decoder.TOTAL, all);
            inputs.put(Decoder.LOGIT_ROWS, logitRows);
            inputs.putAll(cache.past());
            var outputs = new LinkedHashMap<>(cache.present());
            outputs.put(Decoder.LOGITS, logits);
            outputs.putAll(states);
            session.run(inputs, outputs);
        }
    }

    /** One number, as passes take positions. */
    static Tensor whole(int value) {
        var tensor = Tensor.allocate(ElementType.INT32, Shape.of(1));
        tensor.data().set(java.lang.foreign.ValueLayout.JAVA_INT, 0, value);
        return tensor;
    }

    /** Frees the weights. No text may be open. */
    @Override
    public void close() {
        session.close();
        head.ifPresent(DraftHeadSession::close);
        tables.values().forEach(Tensor::close);
    }
}
