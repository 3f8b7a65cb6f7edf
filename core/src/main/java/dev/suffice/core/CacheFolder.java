package dev.suffice.core;

import java.nio.file.Path;

/** The folder for what can be fetched or computed again. */
public final class CacheFolder {
    private CacheFolder() {}

    /**
     * What the {@link Setting} {@code cache} names, or {@code suffice} in {@code XDG_CACHE_HOME} or in {@code ~/.cache}. It need not exist.
     */
    public static Path path() {
        return Setting.of("cache").map(Path::of).orElseGet(() -> userCache().resolve("suffice"));
    }

    /** The folder for the native libraries of an engine that does not bring them along. */
    public static Path ofEngine(String name) {
        return path().resolve("engines").resolve(name);
    }

    private static Path userCache() {
        var caches = System.getenv("XDG_CACHE_HOME");
        return caches == null || caches.isBlank()
                ? Path.of(System.getProperty("user.home"), ".cache")
                : Path.of(caches);
    }
}
