package dev.suffice.models.store;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A model on this machine.
 *
 * @param name as requests name it
 * @param source where it comes from
 * @param path its folder, or its GGUF file
 * @param revision the commit or the package's version; empty where it has none
 */
public record LocalModel(String name, Source source, Path path, String revision) {
    /** Where a model comes from. */
    public enum Source {
        /** A path that the request gave. */
        PATH,
        /** Comes with the project. */
        BUNDLED,
        /** The folder that {@code SUFFICE_MODELS} names. */
        FOLDER,
        /** A Python package. */
        PIP,
        /** A hub. */
        HUB
    }

    /** Whether it is one GGUF file and not a folder. */
    public boolean isFile() {
        return Files.isRegularFile(path);
    }

    /** Bytes on disk. */
    public long bytes() {
        return DiskSpace.used(path);
    }
}
