package dev.suffice.engine.openvino;

import java.nio.file.Path;

/** A library lacks a function. */
final class MissingFunctionException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    MissingFunctionException(Path library, String function) {
        super("library %s has no function %s".formatted(library, function));
    }
}
