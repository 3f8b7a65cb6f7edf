package dev.suffice.image;

import dev.suffice.core.SufficeException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Files that belong together and appear together: all are written under temporary names first and renamed when all are
 * complete; on any failure, none is left.
 */
public final class FileSet {
    private final UnaryOperator<Path> temporaryName;

    /** Temporary files lie beside their targets, hidden, with the ending {@code .part}. */
    public FileSet() {
        this(target -> target.resolveSibling("." + target.getFileName() + ".part"));
    }

    /**
     * With temporary names of the caller's choice.
     *
     * @param temporaryName of a target, in the same file system
     */
    public FileSet(UnaryOperator<Path> temporaryName) {
        this.temporaryName = temporaryName;
    }

    /**
     * Writes them.
     *
     * @param contents by path, all in folders that exist
     * @throws SufficeException if one cannot be written, e.g. because the disk is full
     */
    public void write(Map<Path, byte[]> contents) {
        var written = new LinkedHashMap<Path, Path>();
        try {
            for (var entry : contents.entrySet()) {
                var temporary = temporaryName.apply(entry.getKey());
                written.put(temporary, entry.getKey());
                Files.write(temporary, entry.getValue());
            }
            for (var entry : written.entrySet()) {
                Files.move(entry.getKey(), entry.getValue(), StandardCopyOption.ATOMIC_MOVE);
            }
        } catch (IOException e) {
            written.keySet().forEach(FileSet::discard);
            written.values().forEach(FileSet::discard);
            var target = contents.keySet().iterator().next();
            throw new SufficeException(
                    "cannot write %s: %s; free space there or choose another folder with --out"
                            .formatted(target, reason(e)),
                    e);
        }
    }

    private static void discard(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            System.getLogger(FileSet.class.getName())
                    .log(System.Logger.Level.DEBUG, "cannot remove %s".formatted(file), e);
        }
    }

    /** What went wrong, in words for the end of a message that names the file. */
    public static String reason(IOException e) {
        if (e instanceof FileSystemException f && f.getReason() != null) {
            return f.getReason();
        }
        var message = e.getMessage();
        return e instanceof java.nio.file.AccessDeniedException
                ? "permission denied"
                : message == null ? e.getClass().getSimpleName() : message;
    }
}
