package dev.suffice.models.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What has come of a file, and a note beside it that tells of which file.
 *
 * @param path of the part; the note has {@code .note} appended
 */
record PartFile(Path path) {
    /**
     * Of which file a part is.
     *
     * @param checksum of the complete file; {@code null} if unknown
     * @param tag the strong entity tag that came with it; empty if there was none
     */
    record Note(@Nullable Checksum checksum, String tag) {
        static final Note NONE = new Note(null, "");
    }

    /** Bytes that are there. */
    long size() throws IOException {
        try {
            return Files.size(path);
        } catch (NoSuchFileException e) {
            return 0;
        }
    }

    /** The note; {@link Note#NONE} if there is none. */
    Note note() throws IOException {
        try {
            var lines = Files.readAllLines(beside());
            return new Note(
                    lines.isEmpty() ? null : Checksum.parse(lines.getFirst()).orElse(null),
                    lines.size() < 2 ? "" : lines.get(1));
        } catch (NoSuchFileException e) {
            return Note.NONE;
        }
    }

    /** Writes the note, before the first byte that it tells of. */
    void remember(Note note) throws IOException {
        if (!note.equals(note())) {
            var checksum = note.checksum();
            Files.write(beside(), List.of(checksum == null ? "" : checksum.text(), note.tag()));
        }
    }

    /** Deletes part and note. */
    void forget() throws IOException {
        Files.deleteIfExists(path);
        Files.deleteIfExists(beside());
    }

    private Path beside() {
        return path.resolveSibling(path.getFileName() + ".note");
    }
}
