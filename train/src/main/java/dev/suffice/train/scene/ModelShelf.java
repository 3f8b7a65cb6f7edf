package dev.suffice.train.scene;

import dev.suffice.train.scene.furniture.FurnitureLibrary;
import dev.suffice.train.scene.trace.Model;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.ConcurrentHashMap;

/** Models made ready for rays, read once when first asked for. Safe for use by many threads. */
public final class ModelShelf {
    private final FurnitureLibrary library;
    private final ConcurrentHashMap<String, Model> models = new ConcurrentHashMap<>();

    /** An empty shelf over a library. */
    public ModelShelf(FurnitureLibrary library) {
        this.library = library;
    }

    /**
     * A model in its catalogue size.
     *
     * @throws UncheckedIOException if it cannot be read
     */
    public Model model(String id) {
        return models.computeIfAbsent(id, missing -> {
            try {
                return new Model(library.load(missing));
            } catch (IOException failed) {
                throw new UncheckedIOException("model \"" + missing + "\": " + failed.getMessage(), failed);
            }
        });
    }

    /** The library underneath. */
    public FurnitureLibrary library() {
        return library;
    }
}
