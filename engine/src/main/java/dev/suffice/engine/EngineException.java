package dev.suffice.engine;

import dev.suffice.core.SufficeException;

/** An engine could not open or run a graph. */
public final class EngineException extends SufficeException {
    private static final long serialVersionUID = 1L;

    /**
     * @param message names the graph, the tensor and what was expected
     */
    public EngineException(String message) {
        super(message);
    }

    /**
     * @param message names the graph, the tensor and what was expected
     * @param cause the engine's own error
     */
    public EngineException(String message, Throwable cause) {
        super(message, cause);
    }
}
