package dev.suffice.language;

import dev.suffice.core.InvalidRequestException;
import dev.suffice.engine.Engine;
import dev.suffice.engine.Session;
import dev.suffice.engine.SessionOptions;
import dev.suffice.engine.Shape;
import dev.suffice.engine.Tensor;
import dev.suffice.models.decoder.Decoder;
import dev.suffice.models.decoder.DraftHead;
import dev.suffice.models.decoder.ExitHead;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A decoder whose networks were built from its weights: whole, with states of its layers, or in parts. Thread-safe. */
final class BuiltDecoder implements DecoderNetwork {
    private final Decoder decoder;
    private final Network network;
    private final Map<String, Tensor> tables = new LinkedHashMap<>();
    private final Optional<DraftHeadSession> head;

    /** The decoder opened, whole or in parts. */
    private sealed interface Network {
        /** In one. */
        record Whole(Session session) implements Network {}

        /** In two, with a head in between. */
        record Split(SplitDecoder parts) implements Network {}
    }

    private BuiltDecoder(Decoder decoder, int context, Network network, Optional<DraftHeadSession> head) {
        this.head = head;
        this.decoder = decoder;
        this.network = network;
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
     * Opens a decoder, with a head that drafts for it if there is one.
     *
     * @throws InvalidRequestException if the head does not fit
     */
    static BuiltDecoder open(
            Decoder decoder, Optional<DraftHead> head, int context, Engine engine, SessionOptions options) {
        if (head.isPresent() && !head.get().fits(decoder)) {
            throw new InvalidRequestException(
                    "draft head: was trained for another model; use the one of this model, or none");
        }
        var read = head.map(one -> Set.copyOf(one.layers())).orElse(Set.of());
        var caching = CachingEngine.of(engine);
        var session = caching.open(decoder.network(read).graph(), options);
        try {
            return new BuiltDecoder(
                    decoder,
                    context,
                    new Network.Whole(session),
                    head.map(one -> new DraftHeadSession(one, decoder, context, caching, options)));
        } catch (RuntimeException e) {
            session.close();
            throw e;
        }
    }

    /**
     * Opens a decoder in two parts, with an exit head in between that drafts for it.
     *
     * @throws InvalidRequestException if the head does not fit
     */
    static BuiltDecoder open(Decoder decoder, ExitHead head, int context, Engine engine, SessionOptions options) {
        if (!head.fits(decoder)) {
            throw new InvalidRequestException(
                    "exit head: was trained for another model; use the one of this model, or none");
        }
        var parts = SplitDecoder.open(decoder, head, CachingEngine.of(engine), options);
        return new BuiltDecoder(decoder, context, new Network.Split(parts), Optional.empty());
    }

    /** Opens a decoder that also gives the states after a layer. */
    static BuiltDecoder reading(Decoder decoder, int layer, int context, Engine engine, SessionOptions options) {
        var session =
                CachingEngine.of(engine).open(decoder.network(Set.of(layer)).graph(), options);
        return new BuiltDecoder(decoder, context, new Network.Whole(session), Optional.empty());
    }

    @Override
    public int vocabulary() {
        return decoder.config().vocabulary();
    }

    @Override
    public TextReading reading(int context) {
        return new BuiltReading(this, context);
    }

    /** What it runs. */
    Decoder decoder() {
        return decoder;
    }

    /** What drafts for it, if it was opened with that. */
    Optional<DraftHeadSession> head() {
        return head;
    }

    /** Its parts, if it was opened in parts. */
    Optional<SplitDecoder> parts() {
        return network instanceof Network.Split(var parts) ? Optional.of(parts) : Optional.empty();
    }

    /**
     * Reads tokens that follow on those that a cache has.
     *
     * @param used positions in the cache
     * @param logits [1, rows, vocabulary], of the last tokens
     * @param states by name, of all of them; none if nobody reads them
     */
    void run(int[] tokens, int used, KeyValueCache cache, Tensor logits, Map<String, Tensor> states) {
        switch (network) {
            case Network.Whole(var session) -> {
                int rows = Math.toIntExact(logits.shape().size(1));
                try (var inputs =
                        new PassInputs(this, tokens.length, used).tokens(tokens).wanted(rows)) {
                    var outputs = new LinkedHashMap<>(cache.present());
                    outputs.put(Decoder.LOGITS, logits);
                    outputs.putAll(states);
                    session.run(inputs.with(cache.past()), outputs);
                }
            }
            case Network.Split(var parts) -> {
                var crossing = parts.allocate(tokens.length);
                try {
                    runFirst(parts, tokens, used, cache, crossing);
                    runRest(parts, tokens.length, used, cache, crossing, logits);
                } finally {
                    crossing.values().forEach(Tensor::close);
                }
            }
        }
    }

    /**
     * Reads tokens with the first of two parts.
     *
     * @param used positions in the cache
     * @param crossing receives what the second part reads, [1, tokens, width] each
     */
    void runFirst(SplitDecoder parts, int[] tokens, int used, KeyValueCache cache, Map<String, Tensor> crossing) {
        try (var inputs = new PassInputs(this, tokens.length, used).tokens(tokens)) {
            var outputs = new LinkedHashMap<>(cache.present());
            outputs.putAll(crossing);
            parts.first(inputs.with(cache.past()), outputs);
        }
    }

    /**
     * Reads with the second part what the first has made.
     *
     * @param tokens how many
     * @param used positions in the cache before them
     * @param crossing what the first part has made of them
     * @param logits [1, rows, vocabulary], of the last tokens
     */
    void runRest(
            SplitDecoder parts,
            int tokens,
            int used,
            KeyValueCache cache,
            Map<String, Tensor> crossing,
            Tensor logits) {
        int rows = Math.toIntExact(logits.shape().size(1));
        try (var inputs = new PassInputs(this, tokens, used).wanted(rows)) {
            var all = inputs.with(cache.past());
            all.putAll(crossing);
            var outputs = new LinkedHashMap<>(cache.present());
            outputs.put(Decoder.LOGITS, logits);
            parts.rest(all, outputs);
        }
    }

    /** Cosines and sines, by the names of inputs. */
    Map<String, Tensor> tables() {
        return tables;
    }

    @Override
    public void close() {
        switch (network) {
            case Network.Whole(var session) -> session.close();
            case Network.Split(var parts) -> parts.close();
        }
        head.ifPresent(DraftHeadSession::close);
        tables.values().forEach(Tensor::close);
    }
}
