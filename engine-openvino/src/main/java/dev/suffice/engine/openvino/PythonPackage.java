package dev.suffice.engine.openvino;

import dev.suffice.core.PythonPrograms;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** The package {@code openvino} of the machine's Python. */
final class PythonPackage {
    private static final int SECONDS = 10;

    /** Prints the folder of the package without importing it. */
    private static final String FIND = """
            import importlib.util, sys
            sys.path = [p for p in sys.path if p]
            spec = importlib.util.find_spec("openvino")
            print(next(iter(spec.submodule_search_locations or []), "") if spec else "")
            """;

    /** What was asked and answered before: it takes a process, and a session may be opened many times. */
    private static final Map<List<String>, Optional<Path>> ANSWERS = new ConcurrentHashMap<>();

    private PythonPackage() {}

    /** Asks the machine's {@link PythonPrograms}. */
    static Optional<Path> folder() {
        return ANSWERS.computeIfAbsent(PythonPrograms.ofMachine(), PythonPackage::folder);
    }

    private static Optional<Path> folder(List<String> pythons) {
        for (var python : pythons) {
            var answer = ask(python);
            if (answer.isPresent()) {
                return answer.filter(folder -> !folder.isEmpty()).map(Path::of);
            }
        }
        return Optional.empty();
    }

    /** What it prints; empty if there is no such program, or it fails. */
    private static Optional<String> ask(String python) {
        try {
            var process = new ProcessBuilder(python, "-c", FIND)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try {
                process.getOutputStream().close();
                if (!process.waitFor(SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                    return Optional.empty();
                }
                var out = process.getInputStream().readNBytes(1 << 16);
                return Optional.of(new String(out, StandardCharsets.UTF_8).strip());
            } finally {
                process.destroy();
            }
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}
