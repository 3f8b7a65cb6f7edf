package dev.suffice.core;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;

/** Small files that others may read or write meanwhile. */
public final class TextFile {
    private TextFile() {}

    /**
     * Writes a file, or replaces it, and makes its folder: readers see the old text or the new one, never half of it; of several who write, one is the last.
     *
     * @throws IOException if it cannot be written; then the old one stays, and nothing else
     */
    public static void write(Path file, String text) throws IOException {
        var place = file.toAbsolutePath();
        var folder = place.getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        var partial = place.resolveSibling(".%s.%s.partial".formatted(place.getFileName(), UUID.randomUUID()));
        try {
            Files.writeString(partial, text);
            Files.move(partial, place, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(partial);
        }
    }
}
