package dev.suffice.engine.openvino;

import dev.suffice.engine.EngineException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The loaded library with its one core. Loaded once in a process, when it is first needed, and never again: two versions in one process would share names of functions. Thread-safe.
 *
 * @param library the file
 * @param version e.g. {@code 2026.4.1}
 */
record OpenVino(
        Path library,
        String version,
        CoreFunctions cores,
        ModelFunctions models,
        RequestFunctions requests,
        MemorySegment core) {
    /** The version that this is tested with, for messages. */
    static final String KNOWN_VERSION = "2026.4";

    private static @Nullable OpenVino loaded;

    /**
     * The loaded library.
     *
     * @throws EngineException if it cannot be loaded, is of a version that lacks something, or another one is loaded
     */
    static synchronized OpenVino load(Path library) {
        var present = loaded;
        if (present == null) {
            present = open(library);
            loaded = present;
        } else if (!present.library.equals(library)) {
            throw new EngineException(
                    "library %s: this process has loaded %s, and cannot have two".formatted(library, present.library));
        }
        return present;
    }

    static OpenVino open(Path library) {
        NativeFunctions functions;
        try {
            functions = new NativeFunctions(library);
        } catch (IllegalArgumentException e) {
            throw new EngineException("library %s does not load here (%s)".formatted(library, e.getMessage()), e);
        } catch (MissingFunctionException e) {
            throw new EngineException("%s: it is not OpenVINO's C library".formatted(e.getMessage()), e);
        }
        var version = "of an unknown version";
        try {
            var cores = new CoreFunctions(functions);
            version = cores.version();
            return new OpenVino(
                    library,
                    version,
                    cores,
                    new ModelFunctions(functions),
                    new RequestFunctions(functions),
                    cores.create());
        } catch (MissingFunctionException e) {
            throw new EngineException(
                    "%s: it is OpenVINO %s; version %s is known to work"
                            .formatted(e.getMessage(), version, KNOWN_VERSION),
                    e);
        }
    }
}
