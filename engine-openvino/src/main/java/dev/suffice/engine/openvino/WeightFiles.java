package dev.suffice.engine.openvino;

import dev.suffice.engine.EngineException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The files that a model's external tensors lie in, each mapped once, as long as its arena is open. Not thread-safe. */
final class WeightFiles {
    private final Optional<Path> folder;
    private final Arena arena;
    private final Map<String, MemorySegment> mapped = new HashMap<>();

    /**
     * @param folder that places are relative to, and that they must not leave
     */
    WeightFiles(Optional<Path> folder, Arena arena) {
        this.folder = folder;
        this.arena = arena;
    }

    /**
     * A tensor's data.
     *
     * @param place {@code location}, {@code offset} and {@code length}, as ONNX has them
     * @param bytes how many it must have
     * @throws EngineException if they are not there
     */
    MemorySegment find(String tensor, Map<String, String> place, long bytes) {
        var location = place.getOrDefault("location", "");
        var file = mapped.computeIfAbsent(location, name -> map(tensor, name));
        long offset = number(tensor, "offset", place.getOrDefault("offset", "0"));
        long length = number(tensor, "length", place.getOrDefault("length", Long.toString(bytes)));
        if (length != bytes) {
            throw new EngineException(
                    "tensor %s: %d bytes in file %s: expected %d".formatted(tensor, length, location, bytes));
        }
        if (offset > file.byteSize() || bytes > file.byteSize() - offset) {
            throw new EngineException("tensor %s: bytes %d to %d of file %s: it has %d; it is truncated or another file"
                    .formatted(tensor, offset, offset + bytes, location, file.byteSize()));
        }
        return file.asSlice(offset, bytes);
    }

    /** Maps a file. */
    static MemorySegment map(Path file, Arena arena) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
        }
    }

    private MemorySegment map(String tensor, String location) {
        var within = folder.orElseThrow(() -> new EngineException(
                "tensor %s: its data are in file %s, and the model has no folder".formatted(tensor, location)));
        try {
            var path = within.resolve(location).normalize();
            if (location.isBlank() || !path.startsWith(within.normalize())) {
                throw new EngineException("tensor %s: its data are in file %s, which is not in the model's folder %s"
                        .formatted(tensor, location, within));
            }
            return map(path, arena);
        } catch (NoSuchFileException | InvalidPathException e) {
            throw new EngineException(
                    "tensor %s: its data are in file %s, which is not in %s".formatted(tensor, location, within), e);
        } catch (IOException e) {
            throw new EngineException(
                    "tensor %s: its data are in file %s, which cannot be read: %s"
                            .formatted(tensor, within.resolve(location), e.getMessage()),
                    e);
        }
    }

    private static long number(String tensor, String what, String text) {
        try {
            long number = Long.parseLong(text);
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw new EngineException("tensor %s: %s %s: not a number".formatted(tensor, what, text), e);
        }
        throw new EngineException("tensor %s: %s %s: must not be negative".formatted(tensor, what, text));
    }
}
