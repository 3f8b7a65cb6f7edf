package dev.suffice.train.files;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file mapped into memory to be read, by any thread, until it is closed. */
public final class MappedFile implements AutoCloseable {
    private final Arena arena;
    private final MemorySegment bytes;

    private MappedFile(Arena arena, MemorySegment bytes) {
        this.arena = arena;
        this.bytes = bytes;
    }

    /** Maps the whole file. */
    public static MappedFile open(Path file) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return open(channel, channel.size());
        }
    }

    /** Maps the first {@code size} bytes of a file that may be growing. */
    public static MappedFile open(Path file, long size) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return open(channel, size);
        }
    }

    // The arena lives as long as this object.
    @SuppressWarnings("MustBeClosedChecker")
    private static MappedFile open(FileChannel channel, long size) throws IOException {
        Arena arena = Arena.ofShared();
        try {
            return new MappedFile(arena, channel.map(FileChannel.MapMode.READ_ONLY, 0, size, arena));
        } catch (IOException | RuntimeException e) {
            arena.close();
            throw e;
        }
    }

    /** The content. */
    public MemorySegment bytes() {
        return bytes;
    }

    @Override
    public void close() {
        arena.close();
    }
}
