package dev.suffice.models.store;

import dev.suffice.core.SufficeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;

/** What lies on a disk. */
final class DiskSpace {
    private DiskSpace() {}

    /** Bytes that can still be written where a folder is, or will be. */
    static long usable(Path folder) {
        try {
            var existing = folder.toAbsolutePath();
            while (!Files.isDirectory(existing) && existing.getParent() != null) {
                existing = existing.getParent();
            }
            return Files.getFileStore(existing).getUsableSpace();
        } catch (IOException e) {
            throw new SufficeException("folder %s: its disk tells nothing: %s".formatted(folder, e.getMessage()), e);
        }
    }

    /** Bytes of a file, or of all files in a folder; 0 if there is none. Links are not followed. */
    static long used(Path path) {
        try (var files = Files.walk(path)) {
            long bytes = 0;
            for (var file : files.filter(Files::isRegularFile).toList()) {
                bytes += Files.size(file);
            }
            return bytes;
        } catch (NoSuchFileException e) {
            return 0;
        } catch (IOException e) {
            throw new SufficeException("%s cannot be read: %s".formatted(path, HubTransport.reason(e)), e);
        }
    }

    /** Deletes a folder with all that is in it, and says how many bytes that were. Links are deleted, not followed. */
    static long free(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return 0;
        }
        long bytes = used(folder);
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
        return bytes;
    }
}
