package dev.suffice.models.store;

import java.time.Duration;

/** A failure that may pass: a broken connection, silence, an overloaded server. */
final class HubHiccup extends Exception {
    private static final long serialVersionUID = 1L;

    private final Duration retryAfter;
    private final boolean gotFurther;

    HubHiccup(String message, Duration retryAfter, boolean gotFurther) {
        super(message);
        this.retryAfter = retryAfter;
        this.gotFurther = gotFurther;
    }

    HubHiccup(String message, Throwable cause) {
        super(message, cause);
        this.retryAfter = Duration.ZERO;
        this.gotFurther = false;
    }

    HubHiccup(String message, boolean gotFurther) {
        this(message, Duration.ZERO, gotFurther);
    }

    /** The pause that the server asks for; zero if it does not. */
    Duration retryAfter() {
        return retryAfter;
    }

    /** Whether the attempt brought something that stays. */
    boolean gotFurther() {
        return gotFurther;
    }
}
