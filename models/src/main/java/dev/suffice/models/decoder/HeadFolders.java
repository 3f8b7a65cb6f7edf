package dev.suffice.models.decoder;

import dev.suffice.models.ModelException;
import dev.suffice.models.folder.Config;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/** Folders of what was trained for a decoder, side by side in one folder. */
final class HeadFolders {
    private HeadFolders() {}

    /**
     * The first, by name, of a type that fits.
     *
     * @param folder of folders; may be missing
     * @param type what their configurations call it
     */
    static <T> Optional<T> find(Path folder, String type, Function<Path, T> open, Predicate<T> fits) {
        if (!Files.isDirectory(folder)) {
            return Optional.empty();
        }
        try (var inside = Files.list(folder)) {
            return inside.filter(one -> Files.isRegularFile(one.resolve("config.json")))
                    .filter(one -> Config.read(one.resolve("config.json"))
                            .text("model_type", "")
                            .equals(type))
                    .sorted()
                    .map(open)
                    .filter(fits)
                    .findFirst();
        } catch (IOException e) {
            throw new ModelException("%s: cannot be read: %s".formatted(folder, e.getMessage()), e);
        }
    }
}
