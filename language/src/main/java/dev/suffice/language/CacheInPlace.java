package dev.suffice.language;

import dev.suffice.engine.ElementType;
import dev.suffice.engine.EngineException;
import dev.suffice.engine.ForwardingSession;
import dev.suffice.engine.Session;
import dev.suffice.engine.Shape;
import dev.suffice.engine.Tensor;
import dev.suffice.models.decoder.Decoder;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedDeque;

/**
 * A decoder's session on an engine whose attention gives keys and values of all positions anew, instead of writing the new ones into the cache that it reads: it writes them there. The engine
 * gives as many positions as there are; of the cache's memory it reads those before the new ones. Thread-safe, as the session is.
 */
final class CacheInPlace extends ForwardingSession {
    private final ConcurrentLinkedDeque<Scratch> idle = new ConcurrentLinkedDeque<>();

    CacheInPlace(Session session) {
        super(session);
    }

    @Override
    public void run(Map<String, Tensor> inputs, Map<String, Tensor> outputs) {
        var last = inputs.get(Decoder.LAST_POSITION);
        if (last == null) {
            session().run(inputs, outputs);
            return;
        }
        int total = last.data().get(ValueLayout.JAVA_INT, 0) + 1;
        var scratch = take();
        try {
            var asked = new LinkedHashMap<>(outputs);
            outputs.forEach((name, tensor) -> {
                if (Decoder.isPresent(name)) {
                    asked.put(name, scratch.tensor(name, tensor, total));
                }
            });
            session().run(inputs, asked);
            int first = first(inputs, total);
            outputs.forEach((name, tensor) -> {
                var made = asked.get(name);
                if (made != null && made != tensor) {
                    copyRows(made, tensor, first, total);
                }
            });
        } finally {
            idle.push(scratch);
        }
    }

    private Scratch take() {
        var scratch = idle.poll();
        return scratch == null ? new Scratch() : scratch;
    }

    /** A position at or before that of the first new token; what lies before has not changed. */
    private static int first(Map<String, Tensor> inputs, int total) {
        long tokens = 0;
        for (var input : inputs.entrySet()) {
            var shape = input.getValue().shape();
            boolean ids = input.getKey().equals(Decoder.TOKENS);
            boolean states = input.getValue().type() == ElementType.FLOAT32 && shape.rank() == 3;
            if (ids || states) {
                tokens = Math.max(tokens, shape.size(1));
            }
        }
        // One more for the row that quantised decoders put behind the tokens.
        return tokens == 0 ? 0 : (int) Math.max(0, total - tokens - 1);
    }

    /** Copies positions of [1, heads, positions, head size] into a cache, which has more of them. */
    private static void copyRows(Tensor made, Tensor cache, int from, int to) {
        long row = made.shape().size(3) * Float.BYTES;
        long positions = made.shape().size(2);
        long capacity = cache.shape().size(2);
        if (to > capacity) {
            throw new EngineException("a cache of %d positions: %d are needed".formatted(capacity, to));
        }
        for (long head = 0; head < made.shape().size(1); head++) {
            MemorySegment.copy(
                    made.data(),
                    (head * positions + from) * row,
                    cache.data(),
                    (head * capacity + from) * row,
                    (to - from) * row);
        }
    }

    @Override
    public Map<String, Tensor> run(Map<String, Tensor> inputs, List<String> outputs) {
        if (outputs.stream().anyMatch(Decoder::isPresent)) {
            throw new IllegalArgumentException("keys and values go into the caller's cache");
        }
        return super.run(inputs, outputs);
    }

    @Override
    public void close() {
        super.close();
        idle.forEach(Scratch::close);
        idle.clear();
    }

    /** Memory for what the engine gives, by names, which grows with the text. */
    private static final class Scratch implements AutoCloseable {
        private static final int ALIGNMENT = 64;

        private final Map<String, Held> held = new LinkedHashMap<>();

        private record Held(Arena arena, MemorySegment memory) {}

        /** As many positions as there are, of the sizes of a cache. */
        Tensor tensor(String name, Tensor cache, int positions) {
            var shape =
                    Shape.of(1, cache.shape().size(1), positions, cache.shape().size(3));
            long bytes = shape.elements() * Float.BYTES;
            var present = held.get(name);
            if (present == null || present.memory.byteSize() < bytes) {
                if (present != null) {
                    present.arena.close();
                }
                present = allocate(Math.max(bytes, cache.data().byteSize()));
                held.put(name, present);
            }
            return Tensor.view(present.memory.asSlice(0, bytes), ElementType.FLOAT32, shape);
        }

        @SuppressWarnings("MustBeClosedChecker") // closed with this
        private static Held allocate(long bytes) {
            var arena = Arena.ofShared();
            return new Held(arena, arena.allocate(bytes, ALIGNMENT));
        }

        @Override
        public void close() {
            held.values().forEach(one -> one.arena.close());
            held.clear();
        }
    }
}
