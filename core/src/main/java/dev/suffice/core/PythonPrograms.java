package dev.suffice.core;

import java.util.List;

/** The Python of this machine, for what is only to be had from it. */
public final class PythonPrograms {
    private PythonPrograms() {}

    /** Programs to try in turn: the one that the {@link Setting} {@code python} names, or those that it is usually called. */
    public static List<String> ofMachine() {
        return Setting.of("python").map(List::of).orElse(List.of("python3", "python"));
    }
}
