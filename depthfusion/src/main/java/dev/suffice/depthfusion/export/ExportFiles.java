package dev.suffice.depthfusion.export;

import dev.suffice.core.SufficeException;
import dev.suffice.depthfusion.LayeredScene;
import dev.suffice.image.FileSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;

/** Exports on disk: a format's files appear together or not at all. */
public final class ExportFiles {
    private ExportFiles() {}

    /**
     * Writes one format; files of the same names are replaced.
     *
     * @param folder made if need be
     * @param name what the files' names begin with
     * @return the files, the main one first
     * @throws SufficeException if they cannot be written
     */
    public static List<Path> write(LayeredScene scene, Export export, Path folder, String name) {
        var contents = new LinkedHashMap<Path, byte[]>();
        try {
            for (var file : export.files(scene, name).entrySet()) {
                contents.put(folder.resolve(file.getKey()), file.getValue());
            }
        } catch (IOException e) {
            throw new SufficeException("cannot encode %s as %s: %s".formatted(name, export.name(), e.getMessage()), e);
        }
        prepare(contents.keySet());
        new FileSet().write(contents);
        return List.copyOf(contents.keySet());
    }

    private static void prepare(Iterable<Path> files) {
        for (var file : files) {
            var folder = file.toAbsolutePath().getParent();
            try {
                Files.createDirectories(folder);
            } catch (IOException e) {
                throw new SufficeException(
                        "output folder %s: cannot be written: %s; choose another with --out"
                                .formatted(folder, FileSet.reason(e)),
                        e);
            }
        }
    }
}
