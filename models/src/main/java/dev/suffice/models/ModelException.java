package dev.suffice.models;

import dev.suffice.core.SufficeException;

/** A model's file cannot be used; the message names the file, what is wrong in it, and what to do. */
public final class ModelException extends SufficeException {
    private static final long serialVersionUID = 1L;

    /**
     * @param message names the file, the value, what was expected and what to do
     */
    public ModelException(String message) {
        super(message);
    }

    /**
     * @param message names the file, the value, what was expected and what to do
     * @param cause the first cause
     */
    public ModelException(String message, Throwable cause) {
        super(message, cause);
    }
}
