package dev.suffice.depthfusion;

import dev.suffice.core.InvalidRequestException;
import dev.suffice.core.SufficeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;

/** Pictures with a depth map {@code NAME-depth.png} in a folder. */
public final class Results {
    private static final FileTime OLDEST = FileTime.fromMillis(0);

    private Results() {}

    /**
     * All of them, the newest first.
     *
     * @throws InvalidRequestException if there is none, or no such folder
     */
    public static List<Path> in(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new InvalidRequestException("folder %s: no such folder".formatted(folder));
        }
        try (var files = Files.list(folder)) {
            var times = new HashMap<Path, FileTime>();
            for (var depth : files.filter(file -> file.getFileName().toString().endsWith("-depth.png"))
                    .toList()) {
                var name = depth.getFileName().toString();
                for (var ending : List.of(".png", ".jpg", ".jpeg")) {
                    var picture =
                            depth.resolveSibling(name.substring(0, name.length() - "-depth.png".length()) + ending);
                    if (Files.isRegularFile(picture)) {
                        times.put(picture, Files.getLastModifiedTime(picture));
                    }
                }
            }
            if (times.isEmpty()) {
                throw new InvalidRequestException(
                        "folder %s: has no picture NAME.png with its depth map NAME-depth.png; make one with ./suffice imagine"
                                .formatted(folder));
            }
            return times.keySet().stream()
                    .sorted(Comparator.comparing((Path picture) -> times.getOrDefault(picture, OLDEST))
                            .reversed()
                            .thenComparing(Comparator.naturalOrder()))
                    .toList();
        } catch (IOException e) {
            throw new SufficeException("folder %s: cannot be read: %s".formatted(folder, e.getMessage()), e);
        }
    }
}
