package dev.suffice.cli;

import dev.suffice.core.InvalidRequestException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** Files that have one text a line, in UTF-8, of 1 GiB at most. */
public final class LineFile {
    private static final long MOST_BYTES = 1L << 30;

    private LineFile() {}

    /**
     * All lines, blank ones too.
     *
     * @param what the file has, for messages: prompts, texts
     * @throws InvalidRequestException if it cannot be read, is larger, or no text in UTF-8; names the file
     */
    public static List<String> read(String what, Path file) {
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw new InvalidRequestException(
                        "%s %s: %d bytes, at most %d; split it".formatted(what, file, Files.size(file), MOST_BYTES));
            }
            return Files.readAllLines(file);
        } catch (CharacterCodingException e) {
            throw new InvalidRequestException("%s %s: is not UTF-8 text; convert it".formatted(what, file));
        } catch (NoSuchFileException e) {
            throw new InvalidRequestException("%s %s: no such file".formatted(what, file));
        } catch (IOException e) {
            throw new InvalidRequestException("%s %s: cannot be read: %s".formatted(what, file, e.getMessage()));
        }
    }

    /**
     * Prompts as they stand there, blank lines left out.
     *
     * @param usual how many are needed, for messages: some thousand
     * @throws InvalidRequestException as {@link #read} does, and if there are none
     */
    public static List<String> prompts(Path file, String usual) {
        var prompts =
                read("prompts", file).stream().filter(line -> !line.isBlank()).toList();
        if (prompts.isEmpty()) {
            throw new InvalidRequestException("prompts %s: has none; give %s, one a line".formatted(file, usual));
        }
        return prompts;
    }
}
