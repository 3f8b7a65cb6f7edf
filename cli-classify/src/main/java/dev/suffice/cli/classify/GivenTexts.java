package dev.suffice.cli.classify;

import dev.suffice.classify.TextInput;
import dev.suffice.cli.LineFile;
import dev.suffice.core.InvalidRequestException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The texts of a command line: its arguments, and the lines of a file, of which it is not known yet whether they are single texts or pairs.
 *
 * @param arguments texts, with their second ones
 * @param file that the lines are of
 * @param lines all of them, blank ones too
 */
record GivenTexts(List<TextInput> arguments, Optional<Path> file, List<String> lines) {
    /**
     * Reads the file.
     *
     * @param seconds second texts of pairs: none, one for all arguments, or one for each
     * @throws InvalidRequestException if there are no texts, second texts have no first ones, or the file cannot be read
     */
    static GivenTexts of(List<String> texts, List<String> seconds, Optional<Path> file) {
        if (!seconds.isEmpty() && texts.isEmpty()) {
            throw new InvalidRequestException(
                    file.isPresent()
                            ? "with: there is no text that it belongs to; in a file, a pair is a line with a tab between its texts"
                            : "with: there is no text that it belongs to; give the first one too");
        }
        if (seconds.size() > 1 && seconds.size() != texts.size()) {
            throw new InvalidRequestException("with: %d second texts for %d; give one for each, or one for all"
                    .formatted(seconds.size(), texts.size()));
        }
        var arguments = IntStream.range(0, texts.size())
                .mapToObj(i -> seconds.isEmpty()
                        ? TextInput.of(texts.get(i))
                        : TextInput.of(texts.get(i), seconds.get(seconds.size() == 1 ? 0 : i)))
                .toList();
        var lines = file.map(path -> LineFile.read("file", path)).orElse(List.of());
        if (arguments.isEmpty() && lines.stream().allMatch(String::isBlank)) {
            throw new InvalidRequestException("no texts: give some, or a file of them with --file");
        }
        return new GivenTexts(arguments, file, lines);
    }

    /**
     * All texts, blank lines left out.
     *
     * @param pairs whether lines are pairs, with a tab between
     * @throws InvalidRequestException if a line is no pair then; names file and line
     */
    List<TextInput> inputs(boolean pairs) {
        var all = new ArrayList<>(arguments);
        for (int i = 0; i < lines.size(); i++) {
            var line = lines.get(i);
            if (!line.isBlank()) {
                all.add(pairs ? pair(i + 1, line) : TextInput.of(line));
            }
        }
        return all;
    }

    private TextInput pair(int number, String line) {
        var texts = line.split("\t", -1);
        if (texts.length != 2 || texts[0].isBlank() || texts[1].isBlank()) {
            throw new InvalidRequestException("file %s, line %d: must be two texts with a tab between; it has %s"
                    .formatted(
                            file.map(Path::toString).orElse(""),
                            number,
                            texts.length == 1
                                    ? "no tab"
                                    : texts.length > 2 ? texts.length - 1 + " tabs" : "nothing on one side of it"));
        }
        return TextInput.of(texts[0], texts[1]);
    }
}
