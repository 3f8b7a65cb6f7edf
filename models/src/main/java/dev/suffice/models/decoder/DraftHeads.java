package dev.suffice.models.decoder;

import dev.suffice.models.ModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Draft heads in a folder of folders. */
public final class DraftHeads {
    private DraftHeads() {}

    /**
     * The head that was trained for a decoder.
     *
     * @param folder of folders; may be missing
     * @throws ModelException if one of them is damaged
     */
    public static Optional<DraftHead> find(Path folder, Decoder decoder) {
        if (!Files.isDirectory(folder)) {
            return Optional.empty();
        }
        try (var inside = Files.list(folder)) {
            return inside.filter(one -> Files.isRegularFile(one.resolve("config.json")))
                    .sorted()
                    .map(DraftHead::open)
                    .filter(head -> head.fits(decoder))
                    .findFirst();
        } catch (IOException e) {
            throw new ModelException("%s: cannot be read: %s".formatted(folder, e.getMessage()), e);
        }
    }
}
