package dev.suffice.server;

import dev.suffice.core.InvalidRequestException;
import dev.suffice.diffusion.engines.EngineSelection;
import dev.suffice.engine.Engine;
import dev.suffice.engine.SessionOptions;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/**
 * The models that requests may name, and what they run on. Requests never name folders.
 *
 * @param folders by name, the default one first
 * @param cache folder for files that are unpacked once
 * @param engine what each of them runs on
 * @param options how
 */
public record ServedModels(
        SequencedMap<String, Path> folders, Path cache, EngineSelection engine, SessionOptions options) {
    /** All of them on one engine. */
    public ServedModels(SequencedMap<String, Path> folders, Path cache, Engine engine, SessionOptions options) {
        this(folders, cache, EngineSelection.of(engine), options);
    }

    /** Takes a copy of the map. */
    public ServedModels {
        if (folders.isEmpty()) {
            throw new InvalidRequestException("no model to serve: name one with --model");
        }
        folders = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(folders));
    }

    /** Name of the model that serves requests without one. */
    public String first() {
        return folders.firstEntry().getKey();
    }
}
