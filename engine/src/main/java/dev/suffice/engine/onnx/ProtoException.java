package dev.suffice.engine.onnx;

import dev.suffice.core.SufficeException;

/** A message is damaged. */
public final class ProtoException extends SufficeException {
    private static final long serialVersionUID = 1L;

    /**
     * @param message names the file, the place and what is wrong there
     */
    public ProtoException(String message) {
        super(message);
    }
}
