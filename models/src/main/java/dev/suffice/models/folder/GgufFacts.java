package dev.suffice.models.folder;

import dev.suffice.models.ModelException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What is said of a GGUF file without reading its metadata: for now its name, its size, and that it is one. */
final class GgufFacts {
    private GgufFacts() {}

    /**
     * A summary of a file.
     *
     * @throws ModelException if it is not a GGUF file
     */
    static ModelSummary read(Path file) {
        try (var stream = Files.newInputStream(file)) {
            if (!new String(stream.readNBytes(4), StandardCharsets.US_ASCII).equals("GGUF")) {
                throw new ModelException("%s: not a GGUF file, or damaged; copy or download it again".formatted(file));
            }
            return new ModelSummary(file, "GGUF", "", -1, Files.size(file), quantisation(file), 0, "", List.of());
        } catch (IOException e) {
            throw new ModelException("%s: cannot be read: %s".formatted(file, e.getMessage()), e);
        }
    }

    /** What the file's name says, e.g. {@code Q4_1}; the tensors themselves may differ. */
    private static String quantisation(Path file) {
        var name = file.getFileName().toString();
        var parts = name.substring(0, name.length() - ".gguf".length()).split("[.-]");
        var last = parts[parts.length - 1];
        return last.matches("(?i)(IQ|Q|TQ|BF|F)[0-9][A-Za-z0-9_]*") ? last : "";
    }
}
