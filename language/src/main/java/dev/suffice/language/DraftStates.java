package dev.suffice.language;

import dev.suffice.engine.ElementType;
import dev.suffice.engine.Shape;
import dev.suffice.engine.Tensor;
import dev.suffice.models.decoder.Decoder;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * What a draft head starts from, of each token of a text. The decoder's states are kept as they come; the head's first layer reads them when a draft is to be made, many at once, so that a
 * head that rests costs next to nothing. Not thread-safe.
 */
final class DraftStates {
    /** States that wait to be read by the head, at most. */
    private static final int MOST_WAITING = 256;

    private final DraftHeadSession head;
    private final int most;
    private final Map<Integer, float[]> waiting = new LinkedHashMap<>();

    /** [tokens, width]. */
    private float[] fused = new float[0];

    private int fusedTokens;
    private int waitingTokens;

    /**
     * Of no token yet.
     *
     * @param most tokens that there may ever be
     */
    DraftStates(DraftHeadSession head, int most) {
        this.head = head;
        this.most = most;
    }

    /** Tokens of which there is something. */
    int length() {
        return fusedTokens + waitingTokens;
    }

    /** Forgets the end. */
    void cut(int kept) {
        fusedTokens = Math.min(fusedTokens, kept);
        waitingTokens = Math.clamp(kept - fusedTokens, 0, waitingTokens);
    }

    /** Memory for a pass to write states to, by their names; the caller closes it. */
    Map<String, Tensor> allocate(int tokens) {
        var states = new LinkedHashMap<String, Tensor>();
        for (int layer : head.layers()) {
            states.put(Decoder.state(layer), Tensor.allocate(ElementType.FLOAT32, Shape.of(1, tokens, head.width())));
        }
        return states;
    }

    private static Tensor state(Map<String, Tensor> states, int layer) {
        return Objects.requireNonNull(states.get(Decoder.state(layer)));
    }

    /** Keeps the states of the tokens that follow. */
    void add(Map<String, Tensor> states, int tokens) {
        boolean many = tokens > MOST_WAITING / 2;
        if (many || waitingTokens + tokens > MOST_WAITING) {
            fuseWaiting();
        }
        if (many) {
            fuse(states, tokens);
            return;
        }
        int width = head.width();
        for (int layer : head.layers()) {
            var kept = waiting.computeIfAbsent(layer, _ -> new float[MOST_WAITING * width]);
            MemorySegment.copy(
                    state(states, layer).data(),
                    ValueLayout.JAVA_FLOAT,
                    0,
                    kept,
                    waitingTokens * width,
                    tokens * width);
        }
        waitingTokens += tokens;
    }

    /** What the head starts from, of some tokens, [1, rows, width]. */
    void read(int from, int rows, Tensor target) {
        fuseWaiting();
        int width = head.width();
        MemorySegment.copy(fused, from * width, target.data(), ValueLayout.JAVA_FLOAT, 0, rows * width);
    }

    private void fuseWaiting() {
        if (waitingTokens == 0) {
            return;
        }
        int tokens = waitingTokens;
        var states = allocate(tokens);
        try {
            for (int layer : head.layers()) {
                MemorySegment.copy(
                        Objects.requireNonNull(waiting.get(layer)),
                        0,
                        state(states, layer).data(),
                        ValueLayout.JAVA_FLOAT,
                        0,
                        tokens * head.width());
            }
            waitingTokens = 0;
            fuse(states, tokens);
        } finally {
            states.values().forEach(Tensor::close);
        }
    }

    private void fuse(Map<String, Tensor> states, int tokens) {
        int width = head.width();
        int needed = Math.multiplyExact(fusedTokens + tokens, width);
        if (fused.length < needed) {
            fused = Arrays.copyOf(fused, (int) Math.min((long) most * width, Math.max(needed, 2L * fused.length)));
        }
        head.fuse(states, tokens, fused, fusedTokens * width);
        fusedTokens += tokens;
    }
}
