package dev.suffice.train;

import dev.suffice.core.InvalidRequestException;
import java.nio.file.Path;
import java.util.Optional;

/** Where a run's folders may lie. */
public final class RunFolders {
    private RunFolders() {}

    /** The folder of a run: the one that is given, or one beside that of the result. */
    public static Path of(Optional<Path> given, Path out) {
        return given.orElseGet(() -> out.resolveSibling(out.getFileName() + "-run"));
    }

    /**
     * Refuses a folder of checkpoints within that of the result, which is replaced as a whole.
     *
     * @throws InvalidRequestException if it lies there
     */
    public static void checkApart(Path run, Path out) {
        if (within(run, out)) {
            throw new InvalidRequestException(
                    "folder %s of the run: lies in %s, which is replaced by the result as a whole; give another folder"
                            .formatted(run, out));
        }
    }

    /** Whether a path is a folder, or lies in it. */
    public static boolean within(Path path, Path folder) {
        return path.toAbsolutePath()
                .normalize()
                .startsWith(folder.toAbsolutePath().normalize());
    }
}
