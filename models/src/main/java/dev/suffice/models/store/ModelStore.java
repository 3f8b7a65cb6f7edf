package dev.suffice.models.store;

import dev.suffice.core.InvalidRequestException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;

/**
 * Finds models by name or path. Thread-safe.
 *
 * @param bundled folder whose sub-folders are the models that come with the project
 * @param cache folder for what is unpacked or fetched; made on first use
 */
public record ModelStore(Path bundled, Path cache) {
    /**
     * The store of an installation.
     *
     * @param home the project's folder, whose folder {@code bundled} has the models
     */
    public static ModelStore of(Path home) {
        var caches = System.getenv("XDG_CACHE_HOME");
        var root = caches == null || caches.isBlank()
                ? Path.of(System.getProperty("user.home"), ".cache")
                : Path.of(caches);
        return new ModelStore(home.resolve("bundled"), root.resolve("suffice"));
    }

    /** Names of the bundled models. */
    public List<String> names() {
        if (!Files.isDirectory(bundled)) {
            return List.of();
        }
        try (var folders = Files.list(bundled)) {
            return folders.filter(Files::isDirectory)
                    .map(folder -> folder.getFileName().toString())
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The local folder of a model.
     *
     * @param nameOrPath a bundled model's name, or the path of a folder
     * @throws InvalidRequestException if it is neither
     */
    public Path folder(String nameOrPath) {
        if (names().contains(nameOrPath)) {
            return bundled.resolve(nameOrPath);
        }
        try {
            var path = Path.of(nameOrPath);
            if (Files.isDirectory(path)) {
                return path;
            }
        } catch (InvalidPathException e) {
            // neither a path nor a name: told below
        }
        throw new InvalidRequestException("model %s: no such folder, and no bundled model of that name; bundled: %s"
                .formatted(nameOrPath, names().isEmpty() ? "none" : String.join(", ", names())));
    }
}
