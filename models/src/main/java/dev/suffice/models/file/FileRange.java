package dev.suffice.models.file;

import dev.suffice.models.ModelException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The bytes of a tensor in a file. */
public final class FileRange {
    private FileRange() {}

    /**
     * Maps them read-only.
     *
     * @param tensor its name, for messages
     * @param arena when it closes, the mapping ends
     * @throws ModelException if the file can no longer be read or has become shorter
     */
    public static MemorySegment map(Path file, String tensor, long offset, long length, Arena arena) {
        try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
            if (channel.size() < offset + length) {
                throw new ModelException(
                        "%s: tensor %s: ends at byte %d, the file now has %d; copy or download it again"
                                .formatted(file, tensor, offset + length, channel.size()));
            }
            return channel.map(FileChannel.MapMode.READ_ONLY, offset, length, arena);
        } catch (IOException e) {
            throw new ModelException("%s: cannot be mapped: %s".formatted(file, e.getMessage()), e);
        }
    }
}
