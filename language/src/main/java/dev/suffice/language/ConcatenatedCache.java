package dev.suffice.language;

import dev.suffice.engine.ElementType;
import dev.suffice.engine.Shape;
import dev.suffice.engine.Tensor;
import dev.suffice.language.ExportedPorts.Kept;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Keys and values of a text as exported networks take and give them: [1, heads, positions, head size] of exactly the positions that there are. Two memories take turns: what a pass has given is what
 * the next one reads, where it lies. Only after the text was cut are the heads moved together, once. Both grow by doubling. Not thread-safe; holds native memory until closed.
 */
final class ConcatenatedCache implements AutoCloseable {
    private static final int FIRST = 256;

    private final List<Kept> kept;
    private final int most;
    private List<Tensor> read = new ArrayList<>();
    private List<Tensor> written = new ArrayList<>();
    private int capacity;
    private int positions;

    /**
     * An empty cache.
     *
     * @param most positions that it may ever hold
     */
    ConcatenatedCache(List<Kept> kept, int most) {
        this.kept = kept;
        this.most = most;
    }

    /** Makes room for so many positions, at most those given to the constructor. */
    void ensure(int wanted) {
        if (wanted <= capacity) {
            return;
        }
        int larger = (int) Math.min(most, Math.max(wanted, Math.max(FIRST, 2L * capacity)));
        close(written);
        var grown = new ArrayList<Tensor>();
        for (int i = 0; i < kept.size(); i++) {
            var one = kept.get(i);
            var memory = allocate(one, larger);
            if (positions > 0) {
                MemorySegment.copy(read.get(i).data(), 0, memory.data(), 0, bytes(one, positions));
            }
            grown.add(memory);
            written.add(allocate(one, larger));
        }
        close(read);
        read = grown;
        capacity = larger;
    }

    private static Tensor allocate(Kept one, int positions) {
        return Tensor.allocate(ElementType.UINT8, Shape.of(bytes(one, positions)));
    }

    private static long bytes(Kept one, long positions) {
        return positions * one.heads() * one.row();
    }

    /** Forgets all but the first positions; each head's follow on those of the head before. */
    void cut(int wanted) {
        if (wanted < positions) {
            for (int i = 0; i < kept.size(); i++) {
                var data = read.get(i).data();
                copyHeads(kept.get(i), data, positions, data, wanted);
            }
            positions = wanted;
        }
    }

    /** Copies the first positions of each head; in one memory they move towards its start, so that none is written over before it was read. */
    private static void copyHeads(Kept one, MemorySegment from, long fromPositions, MemorySegment to, long positions) {
        long row = one.row();
        for (long head = 0; head < one.heads(); head++) {
            MemorySegment.copy(from, head * fromPositions * row, to, head * positions * row, positions * row);
        }
    }

    /** What there is, by the names of inputs; valid until the cache changes. */
    Map<String, Tensor> past() {
        var views = new LinkedHashMap<String, Tensor>();
        for (int i = 0; i < kept.size(); i++) {
            views.put(kept.get(i).past(), view(kept.get(i), read.get(i), positions));
        }
        return views;
    }

    /** A copy of the first positions, by the names of inputs, in the memory for the next pass; valid until then. */
    Map<String, Tensor> past(int wanted) {
        var views = new LinkedHashMap<String, Tensor>();
        for (int i = 0; i < kept.size(); i++) {
            copyHeads(kept.get(i), read.get(i).data(), positions, written.get(i).data(), wanted);
            views.put(kept.get(i).past(), view(kept.get(i), written.get(i), wanted));
        }
        return views;
    }

    /** Where a pass writes so many positions, by the names of outputs. */
    Map<String, Tensor> present(int wanted) {
        var views = new LinkedHashMap<String, Tensor>();
        for (int i = 0; i < kept.size(); i++) {
            views.put(kept.get(i).present(), view(kept.get(i), written.get(i), wanted));
        }
        return views;
    }

    /** A pass has written that. */
    void turn(int wanted) {
        var swapped = read;
        read = written;
        written = swapped;
        positions = wanted;
    }

    private static Tensor view(Kept one, Tensor memory, int positions) {
        return Tensor.view(
                memory.data().asSlice(0, bytes(one, positions)),
                one.type(),
                Shape.of(1, one.heads(), positions, one.headSize()));
    }

    /** Native memory, in bytes. */
    long byteSize() {
        return 2 * read.stream().mapToLong(tensor -> tensor.data().byteSize()).sum();
    }

    private static void close(List<Tensor> tensors) {
        tensors.forEach(Tensor::close);
        tensors.clear();
    }

    @Override
    public void close() {
        close(read);
        close(written);
        capacity = 0;
        positions = 0;
    }
}
