package dev.suffice.core;

import java.util.Locale;
import java.util.Optional;

/** What a user sets for the whole process. */
public final class Setting {
    private Setting() {}

    /**
     * The value of the system property {@code suffice.NAME}, or else of the environment variable {@code SUFFICE_NAME}; empty if there is none, or it is blank.
     *
     * @param name in lower case, e.g. {@code cache}
     */
    public static Optional<String> of(String name) {
        var variable = System.getenv("SUFFICE_" + name.toUpperCase(Locale.ROOT));
        var value = System.getProperty("suffice." + name, variable == null ? "" : variable);
        return Optional.of(value).filter(text -> !text.isBlank());
    }
}
