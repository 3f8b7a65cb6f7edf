package dev.suffice.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The measurements of an experiment in a CSV file, to which whole prompts are appended. */
final class StepRuns {
    private static final String HEADER = "prompt,seed,variation,passes,flops,seconds,ssim_rgb,ssim_depth";

    private final Path file;
    private final List<Measured> all = new ArrayList<>();
    private final Set<Run> known = new HashSet<>();

    private record Run(int prompt, long seed, String variation) {}

    /**
     * One image.
     *
     * @param prompt number of the prompt
     * @param variation how it was run
     * @param passes of the U-Net
     * @param flops of everything
     * @param seconds wall time of U-Net and sampler
     * @param rgb structural similarity to the reference, colours
     * @param depth the same of depth
     */
    record Measured(
            int prompt,
            long seed,
            String variation,
            long passes,
            long flops,
            double seconds,
            double rgb,
            double depth) {
        private String line() {
            return String.format(
                    Locale.ROOT,
                    "%d,%d,\"%s\",%d,%d,%.4f,%.6f,%.6f",
                    prompt,
                    seed,
                    variation,
                    passes,
                    flops,
                    seconds,
                    rgb,
                    depth);
        }

        private static Measured of(String line) {
            var open = line.indexOf('"');
            var close = line.indexOf('"', open + 1);
            var first = line.substring(0, open).split(",");
            var rest = line.substring(close + 2).split(",");
            return new Measured(
                    Integer.parseInt(first[0]),
                    Long.parseLong(first[1]),
                    line.substring(open + 1, close),
                    Long.parseLong(rest[0]),
                    Long.parseLong(rest[1]),
                    Double.parseDouble(rest[2]),
                    Double.parseDouble(rest[3]),
                    Double.parseDouble(rest[4]));
        }
    }

    private StepRuns(Path file) {
        this.file = file;
    }

    /** Opens the file, with what it has; a last line that was cut off is left out. */
    static StepRuns open(Path file) throws IOException {
        var runs = new StepRuns(file);
        if (Files.exists(file)) {
            for (var line : Files.readAllLines(file)) {
                if (!line.equals(HEADER)) {
                    try {
                        runs.keep(Measured.of(line));
                    } catch (IndexOutOfBoundsException | NumberFormatException e) {
                        break;
                    }
                }
            }
        }
        var text = new StringBuilder(HEADER).append('\n');
        runs.all.forEach(one -> text.append(one.line()).append('\n'));
        Files.writeString(file, text);
        return runs;
    }

    boolean has(int prompt, long seed, String variation) {
        return known.contains(new Run(prompt, seed, variation));
    }

    void add(List<Measured> measured) throws IOException {
        var text = new StringBuilder();
        measured.forEach(one -> text.append(one.line()).append('\n'));
        Files.writeString(file, text, StandardOpenOption.APPEND);
        measured.forEach(this::keep);
    }

    private void keep(Measured one) {
        all.add(one);
        known.add(new Run(one.prompt(), one.seed(), one.variation()));
    }

    List<Measured> of(String variation) {
        return all.stream().filter(one -> one.variation().equals(variation)).toList();
    }
}
