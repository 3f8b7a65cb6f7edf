package dev.suffice.models.folder;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Folders that are there complete or not at all: written beside their place, then renamed. */
public final class NewFolder {
    private NewFolder() {}

    /** What goes into a folder. */
    @FunctionalInterface
    public interface Content {
        /** Writes files, no folders. */
        void write(Path folder) throws IOException;
    }

    /**
     * Writes a folder; folders above it are made.
     *
     * @param folder one that is there already is replaced; it must have no folders in it
     * @throws IOException if it cannot be written; then nothing is left of it
     */
    public static void write(Path folder, Content content) throws IOException {
        var parent = folder.toAbsolutePath().getParent();
        if (parent == null) {
            throw new IOException("the root folder");
        }
        Files.createDirectories(parent);
        var temporary = Files.createTempDirectory(parent, ".new-");
        try {
            content.write(temporary);
            delete(folder);
            Files.move(temporary, folder, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            delete(temporary);
        }
    }

    /** Deletes a folder that has no folders in it; nothing happens if there is none. */
    public static void delete(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (var files = Files.list(folder)) {
            for (var inside : files.toList()) {
                Files.delete(inside);
            }
        }
        Files.delete(folder);
    }
}
