package dev.suffice.core;

/** A value that the caller chose is not acceptable, e.g. {@code steps 0: must be between 1 and 1000}. */
public final class InvalidRequestException extends SufficeException {
    private static final long serialVersionUID = 1L;

    /**
     * @param message names the value, what was expected and what to do
     */
    public InvalidRequestException(String message) {
        super(message);
    }
}
