package dev.suffice.cli;

import java.nio.file.Path;

/** Where the project lies: the launcher says so. */
public final class Installation {
    private Installation() {}

    /** The project's folder. */
    public static Path home() {
        return Path.of(System.getProperty("suffice.home", "."));
    }
}
