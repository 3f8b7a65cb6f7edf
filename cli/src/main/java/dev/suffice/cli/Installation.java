package dev.suffice.cli;

import java.nio.file.Path;

/** Where the project lies: the launcher says so. */
final class Installation {
    private Installation() {}

    static Path home() {
        return Path.of(System.getProperty("suffice.home", "."));
    }
}
