package dev.suffice.core;

/** A failure that the message explains: it names the thing, the value, what was expected and what to do. */
public class SufficeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * @param message names the thing and the remedy
     */
    public SufficeException(String message) {
        super(message);
    }

    /**
     * @param message names the thing and the remedy
     * @param cause the first cause
     */
    public SufficeException(String message, Throwable cause) {
        super(message, cause);
    }
}
