package dev.suffice.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The measurements of an experiment in a CSV file, to which whole images are appended; of an image that was measured again, the last one counts.
 * Thread-safe.
 */
final class StepRuns {
    private final Path file;
    private final Map<Run, Measured> all = new LinkedHashMap<>();

    private record Run(int prompt, long seed, String variation) {}

    private StepRuns(Path file) {
        this.file = file;
    }

    /** Opens the file, with what it has; a last line that was cut off is left out. */
    static StepRuns open(Path file) throws IOException {
        var runs = new StepRuns(file);
        if (Files.exists(file)) {
            for (var line : Files.readAllLines(file)) {
                if (!line.equals(Measured.HEADER)) {
                    try {
                        runs.keep(Measured.of(line));
                    } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
                        break;
                    }
                }
            }
        }
        var text = new StringBuilder(Measured.HEADER).append('\n');
        runs.all.values().forEach(one -> text.append(one.line()).append('\n'));
        Files.writeString(file, text);
        return runs;
    }

    /** Whether an image was measured with so many steps: another predictor recommends others. */
    synchronized boolean has(int prompt, long seed, String variation, int steps) {
        var known = all.get(new Run(prompt, seed, variation));
        return known != null && known.steps() == steps;
    }

    /** What was measured last. */
    synchronized Optional<Measured> find(int prompt, long seed, String variation) {
        return Optional.ofNullable(all.get(new Run(prompt, seed, variation)));
    }

    synchronized void add(List<Measured> measured) throws IOException {
        var text = new StringBuilder();
        measured.forEach(one -> text.append(one.line()).append('\n'));
        Files.writeString(file, text, StandardOpenOption.APPEND);
        measured.forEach(this::keep);
    }

    private void keep(Measured one) {
        all.put(new Run(one.prompt(), one.seed(), one.variation()), one);
    }

    /** Those of a variation, in the order of prompts and seeds. */
    synchronized List<Measured> of(String variation) {
        return all.values().stream()
                .filter(one -> one.variation().equals(variation))
                .sorted((a, b) -> a.prompt() != b.prompt()
                        ? Integer.compare(a.prompt(), b.prompt())
                        : Long.compare(a.seed(), b.seed()))
                .toList();
    }
}
