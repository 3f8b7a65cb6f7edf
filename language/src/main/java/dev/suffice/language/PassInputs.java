package dev.suffice.language;

import dev.suffice.engine.ElementType;
import dev.suffice.engine.Shape;
import dev.suffice.engine.Tensor;
import dev.suffice.models.decoder.Decoder;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a pass of a decoder reads besides caches and states: tokens, positions, which logits are wanted. Not thread-safe; holds native memory until closed. */
final class PassInputs implements AutoCloseable {
    private final Map<String, Tensor> inputs;
    private final List<Tensor> owned = new ArrayList<>();
    private final int count;

    /**
     * Positions.
     *
     * @param count new tokens
     * @param used positions before them
     */
    PassInputs(BuiltDecoder decoder, int count, int used) {
        this.inputs = new LinkedHashMap<>(decoder.tables());
        this.count = count;
        int total = used + count + decoder.decoder().spareRows();
        put(Decoder.LAST_POSITION, whole(total - 1));
        put(Decoder.TOTAL, whole(total));
    }

    /** The tokens themselves. */
    PassInputs tokens(int[] tokens) {
        var ids = new long[tokens.length];
        for (int i = 0; i < tokens.length; i++) {
            ids[i] = tokens[i];
        }
        put(Decoder.TOKENS, Tensor.of(ids, Shape.of(1, tokens.length)));
        return this;
    }

    /** Of how many of them, from the last, logits are wanted. */
    PassInputs wanted(int rows) {
        var wanted = new long[rows];
        for (int i = 0; i < rows; i++) {
            wanted[i] = (long) count - rows + i;
        }
        put(Decoder.LOGIT_ROWS, Tensor.of(wanted, Shape.of(rows)));
        return this;
    }

    /** One number, as passes take positions. */
    static Tensor whole(int value) {
        var tensor = Tensor.allocate(ElementType.INT32, Shape.of(1));
        tensor.data().set(ValueLayout.JAVA_INT, 0, value);
        return tensor;
    }

    private void put(String name, Tensor tensor) {
        owned.add(tensor);
        inputs.put(name, tensor);
    }

    /** All of it together with others, by name; a map of the caller's. */
    Map<String, Tensor> with(Map<String, Tensor> others) {
        var all = new LinkedHashMap<>(inputs);
        all.putAll(others);
        return all;
    }

    @Override
    public void close() {
        owned.forEach(Tensor::close);
    }
}
