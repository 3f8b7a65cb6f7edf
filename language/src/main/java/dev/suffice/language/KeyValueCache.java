package dev.suffice.language;

import dev.suffice.engine.ElementType;
import dev.suffice.engine.Shape;
import dev.suffice.engine.Tensor;
import dev.suffice.models.decoder.AttentionConfig;
import dev.suffice.models.decoder.Decoder;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The keys and values that each layer has computed of a text, in native memory that grows by a quarter: copying is cheap beside the passes that fill it, and what is not used is resident all the
 * same, for it is zeroed. Going back to an earlier position costs nothing:
 * what lies behind it is written over. Not thread-safe.
 */
final class KeyValueCache implements AutoCloseable {
    private static final int FIRST = 256;

    private final List<AttentionConfig> layers;
    private final int most;
    private final List<Tensor> keys = new ArrayList<>();
    private final List<Tensor> values = new ArrayList<>();
    private final Map<String, Tensor> past = new LinkedHashMap<>();
    private final Map<String, Tensor> present = new LinkedHashMap<>();
    private int capacity;

    /**
     * An empty cache.
     *
     * @param most positions that it may ever hold
     */
    KeyValueCache(List<AttentionConfig> layers, int most) {
        this.layers = layers;
        this.most = most;
    }

    /**
     * Makes room.
     *
     * @param positions that are needed, at most those given to the constructor
     * @param used positions that are kept
     */
    void ensure(int positions, int used) {
        if (positions <= capacity) {
            return;
        }
        int wanted = (int) Math.min(most, Math.max(positions, Math.max(FIRST, capacity + capacity / 4L)));
        for (int layer = 0; layer < layers.size(); layer++) {
            grow(keys, layer, wanted, used);
            grow(values, layer, wanted, used);
            past.put(Decoder.pastKeys(layer), keys.get(layer));
            past.put(Decoder.pastValues(layer), values.get(layer));
            present.put(Decoder.presentKeys(layer), keys.get(layer));
            present.put(Decoder.presentValues(layer), values.get(layer));
        }
        capacity = wanted;
    }

    private void grow(List<Tensor> tensors, int layer, int wanted, int used) {
        var attention = layers.get(layer);
        int heads = attention.keyValueHeads();
        long row = (long) attention.storedHeadSize() * Float.BYTES;
        var larger = Tensor.allocate(ElementType.FLOAT32, Shape.of(1, heads, wanted, attention.storedHeadSize()));
        if (layer == tensors.size()) {
            tensors.add(larger);
            return;
        }
        var old = tensors.set(layer, larger);
        for (long head = 0; head < heads; head++) {
            MemorySegment.copy(old.data(), head * capacity * row, larger.data(), head * wanted * row, used * row);
        }
        old.close();
    }

    /** A copy of the keys and values of a position, of all layers. */
    float[] read(int position) {
        var copy = new float
                [layers.stream()
                        .mapToInt(layer -> 2 * layer.keyValueHeads() * layer.storedHeadSize())
                        .sum()];
        eachRow(
                position,
                (segment, at, size, from) -> MemorySegment.copy(segment, ValueLayout.JAVA_FLOAT, at, copy, from, size));
        return copy;
    }

    /** Puts such a copy back. */
    void write(int position, float[] copy) {
        eachRow(
                position,
                (segment, at, size, from) -> MemorySegment.copy(copy, from, segment, ValueLayout.JAVA_FLOAT, at, size));
    }

    private interface Row {
        void at(MemorySegment segment, long offset, int size, int from);
    }

    private void eachRow(int position, Row row) {
        int from = 0;
        for (int layer = 0; layer < layers.size(); layer++) {
            int size = layers.get(layer).storedHeadSize();
            for (var tensor : List.of(keys.get(layer), values.get(layer))) {
                for (long head = 0; head < layers.get(layer).keyValueHeads(); head++) {
                    row.at(tensor.data(), (head * capacity + position) * size * Float.BYTES, size, from);
                    from += size;
                }
            }
        }
    }

    /** Keys and values of all layers as a pass reads them, by the names of the decoder's inputs; valid until the cache grows. */
    Map<String, Tensor> past() {
        return past;
    }

    /** The same memory as a pass writes to it, by the names of the decoder's outputs. */
    Map<String, Tensor> present() {
        return present;
    }

    /** Native memory, in bytes. */
    long byteSize() {
        return 2 * keys.stream().mapToLong(tensor -> tensor.data().byteSize()).sum();
    }

    @Override
    public void close() {
        keys.forEach(Tensor::close);
        values.forEach(Tensor::close);
        keys.clear();
        values.clear();
        past.clear();
        present.clear();
        capacity = 0;
    }
}
