package dev.suffice.labels;

import dev.suffice.core.InvalidRequestException;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * Prompts from a file of one a line; empty lines and repetitions are left out.
 *
 * @param prompts in order of their first appearance
 * @param repeated how many lines repeated an earlier one
 */
public record PromptList(List<String> prompts, int repeated) {
    private static final long LARGEST = 2L << 30;

    /** Copies the list. */
    public PromptList {
        prompts = List.copyOf(prompts);
    }

    /**
     * Reads a file.
     *
     * @throws InvalidRequestException if it is missing, no text in UTF-8, larger than 2 GiB, or has no prompt
     */
    public static PromptList read(Path file) {
        var seen = new LinkedHashSet<String>();
        int repeated = 0;
        try {
            if (Files.size(file) > LARGEST) {
                throw new InvalidRequestException(
                        "prompts %s: %d bytes, at most %d; split it".formatted(file, Files.size(file), LARGEST));
            }
            try (var lines = Files.newBufferedReader(file)) {
                for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                    var prompt = line.strip();
                    if (!prompt.isEmpty() && !seen.add(prompt)) {
                        repeated++;
                    }
                }
            }
        } catch (MalformedInputException e) {
            throw new InvalidRequestException("prompts %s: not text in UTF-8".formatted(file));
        } catch (IOException e) {
            throw new InvalidRequestException("prompts %s: cannot be read (%s)".formatted(file, e));
        }
        if (seen.isEmpty()) {
            throw new InvalidRequestException("prompts %s: there is none; expected one a line".formatted(file));
        }
        return new PromptList(List.copyOf(seen), repeated);
    }
}
