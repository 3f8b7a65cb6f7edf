package dev.suffice.language;

import dev.suffice.engine.ElementType;
import dev.suffice.engine.Shape;
import dev.suffice.engine.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Tokens behind a text that only the first layers of its {@link SplitDecoder} have read, and what these have made of them. When the text goes on with the same tokens the
 * other layers read that. Not thread-safe; holds native memory until closed.
 */
final class TokensAhead implements AutoCloseable {
    private final BuiltDecoder decoder;
    private final SplitDecoder split;
    private final TokenList tokens = new TokenList();

    /** By the names of {@link SplitDecoder#crossing}, [tokens, width]. */
    private final Map<String, float[]> made = new LinkedHashMap<>();

    private final Map<String, Tensor> row;

    TokensAhead(BuiltDecoder decoder, SplitDecoder split) {
        this.decoder = decoder;
        this.split = split;
        this.row = split.allocate(1);
        split.crossing().forEach(name -> made.put(name, new float[0]));
    }

    /** How many there are. */
    int length() {
        return tokens.length();
    }

    /** There are none any more. */
    void forget() {
        tokens.cut(0);
    }

    /**
     * Reads one more with the first layers.
     *
     * @param used positions in the cache: of the text and of the tokens here
     * @param logits receives what the head says of the token that follows, [1, 1, words]
     */
    void read(int token, int used, KeyValueCache cache, Tensor logits) {
        decoder.runFirst(split, new int[] {token}, used, cache, row);
        int width = split.width();
        for (var name : split.crossing()) {
            var kept = values(name);
            if (kept.length < (tokens.length() + 1) * width) {
                kept = Arrays.copyOf(kept, Math.max(8 * width, 2 * kept.length));
                made.put(name, kept);
            }
            var data = tensor(row, name).data();
            MemorySegment.copy(data, ValueLayout.JAVA_FLOAT, 0, kept, tokens.length() * width, width);
        }
        tokens.add(new int[] {token});
        split.exit(row, logits);
    }

    /**
     * Reads tokens that follow on the text with all layers, with the first only those that they have not read; then there are no tokens here.
     *
     * @param piece at least one token
     * @param used positions of the text
     * @param logits as {@link BuiltDecoder#run} has it
     */
    void finish(int[] piece, int used, KeyValueCache cache, Tensor logits) {
        int known = known(piece);
        var crossing = split.allocate(piece.length);
        try {
            if (known == 0) {
                decoder.runFirst(split, piece, used, cache, crossing);
            } else {
                join(known, piece, used, cache, crossing);
            }
            decoder.runRest(split, piece.length, used, cache, crossing, logits);
        } finally {
            close(crossing);
            forget();
        }
    }

    /** How many tokens of a text that goes on are those here. */
    private int known(int[] piece) {
        int most = Math.min(piece.length, tokens.length());
        int known = 0;
        while (known < most && tokens.get(known) == piece[known]) {
            known++;
        }
        return known;
    }

    /** What is known, and what has to be made of the tokens behind it. */
    private void join(int known, int[] piece, int used, KeyValueCache cache, Map<String, Tensor> crossing) {
        int width = split.width();
        for (var name : split.crossing()) {
            MemorySegment.copy(
                    values(name), 0, tensor(crossing, name).data(), ValueLayout.JAVA_FLOAT, 0, known * width);
        }
        if (known == piece.length) {
            return;
        }
        var more = split.allocate(piece.length - known);
        try {
            decoder.runFirst(split, Arrays.copyOfRange(piece, known, piece.length), used + known, cache, more);
            for (var name : split.crossing()) {
                var data = tensor(more, name).data();
                tensor(crossing, name)
                        .data()
                        .asSlice((long) known * width * Float.BYTES, data.byteSize())
                        .copyFrom(data);
            }
        } finally {
            close(more);
        }
    }

    private float[] values(String name) {
        return Objects.requireNonNull(made.get(name));
    }

    private static Tensor tensor(Map<String, Tensor> tensors, String name) {
        return Objects.requireNonNull(tensors.get(name));
    }

    private static void close(Map<String, Tensor> tensors) {
        tensors.values().forEach(Tensor::close);
    }

    /** Memory for what the head says of one token; the caller closes it. */
    Tensor logits() {
        return Tensor.allocate(ElementType.FLOAT32, Shape.of(1, 1, split.words().length));
    }

    @Override
    public void close() {
        close(row);
    }
}
