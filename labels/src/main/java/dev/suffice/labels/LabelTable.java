package dev.suffice.labels;

import dev.suffice.core.SufficeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;

/**
 * A folder of Parquet files, each a part that is complete. Any tool that reads Parquet reads the folder as one table. Immutable; reading is
 * safe while parts are added.
 *
 * @param folder may not exist yet
 */
public record LabelTable(Path folder) {
    private static final String ENDING = ".parquet";

    /**
     * The parts that are not there yet. A file that is damaged, or does not hold what its part should, counts as missing; it is named, and
     * removed so that nobody reads it.
     *
     * @param damaged told of such files
     * @throws SufficeException if one cannot be removed
     */
    public List<LabelPart> missing(LabelPlan plan, Consumer<String> damaged) {
        var missing = new ArrayList<LabelPart>();
        for (var part : plan.parts()) {
            var file = folder.resolve(part.fileName());
            if (!Files.exists(file)) {
                missing.add(part);
                continue;
            }
            try {
                check(part, file);
            } catch (SufficeException e) {
                damaged.accept(e.getMessage());
                remove(file);
                missing.add(part);
            }
        }
        return missing;
    }

    private static void remove(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new SufficeException("%s: cannot be removed (%s); remove it by hand".formatted(file, e), e);
        }
    }

    private static void check(LabelPart part, Path file) {
        var curves = LabelFile.read(file);
        if (curves.size() != part.rows()) {
            throw new SufficeException("%s: %d rows, expected %d".formatted(file, curves.size(), part.rows()));
        }
        for (int i = 0; i < curves.size(); i++) {
            var curve = curves.get(i);
            var prompt = part.prompts().get(i / part.seeds());
            if (!curve.prompt().equals(prompt)
                    || !curve.model().equals(part.model())
                    || !curve.scheduler().equals(part.scheduler())
                    || curve.seed() != LabelPart.seed(prompt) + i % part.seeds()
                    || !curve.curve().grid().equals(part.grid())) {
                throw new SufficeException(
                        "%s: row %d is not that of prompt \"%s\" with %s".formatted(file, i, prompt, part.scheduler()));
            }
        }
    }

    /**
     * Everything that was measured, in the order of the files' names.
     *
     * @throws SufficeException if the folder has no parts, or one is damaged
     */
    public List<LabelledCurve> read() {
        var curves = new ArrayList<LabelledCurve>();
        for (var file : files()) {
            try {
                curves.addAll(LabelFile.read(file));
            } catch (SufficeException e) {
                throw new SufficeException(
                        e.getMessage() + "; remove it, or run ./suffice label again, which makes it anew", e);
            }
        }
        if (curves.isEmpty()) {
            throw new SufficeException("labels %s: there are none; ./suffice label makes them".formatted(folder));
        }
        return curves;
    }

    private List<Path> files() {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (var files = Files.list(folder)) {
            return files.filter(file -> {
                        var name = file.getFileName().toString();
                        return name.endsWith(ENDING) && !name.startsWith(".") && !name.startsWith("_");
                    })
                    .sorted(Comparator.comparing(Path::getFileName))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
