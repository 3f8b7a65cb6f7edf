package dev.suffice.models.quantise;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** Native memory that one user after the other writes to; as large as the largest of them needs. Not thread-safe. */
public final class NativeScratch implements AutoCloseable {
    private static final int ALIGNMENT = 64;

    private @Nullable Arena arena;
    private MemorySegment memory = MemorySegment.NULL;
    private int turn;

    /**
     * The memory, for a user who writes to it now; of the one before nothing is left.
     *
     * @return at least so many bytes
     */
    @SuppressWarnings("MustBeClosedChecker") // closed with this
    MemorySegment take(long bytes) {
        if (memory.byteSize() < bytes) {
            close();
            arena = Arena.ofConfined();
            memory = arena.allocate(bytes, ALIGNMENT);
        }
        turn++;
        return memory;
    }

    /** Whose turn it is: the same number as long as what was written is there. */
    int turn() {
        return turn;
    }

    @Override
    public void close() {
        if (arena != null) {
            arena.close();
            arena = null;
        }
        memory = MemorySegment.NULL;
    }
}
