package dev.suffice.bench.peers;

import dev.suffice.core.SufficeException;

/** A peer that takes no part, or no longer: it is not installed, has died, hangs, or answers nonsense. The message names it. */
final class PeerFailure extends SufficeException {
    private static final long serialVersionUID = 1L;

    PeerFailure(String message) {
        super(message);
    }

    PeerFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
