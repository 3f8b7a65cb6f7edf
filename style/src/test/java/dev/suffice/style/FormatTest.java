package dev.suffice.style;

import static org.assertj.core.api.Assertions.assertThat;

import com.palantir.javaformat.java.Formatter;
import com.palantir.javaformat.java.FormatterException;
import com.palantir.javaformat.java.ImportOrderer;
import com.palantir.javaformat.java.JavaFormatterOptions;
import com.palantir.javaformat.java.JavaFormatterOptions.Style;
import com.palantir.javaformat.java.RemoveUnusedImports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every Java file is formatted by palantir-java-format; {@code -Dsuffice.format=apply} rewrites those that are not. */
class FormatTest {
    private static final Path ROOT = Path.of(System.getProperty("suffice.root", ".."));
    private static final boolean APPLY = "apply".equals(System.getProperty("suffice.format"));

    private final Formatter formatter = Formatter.createFormatter(
            JavaFormatterOptions.builder().style(Style.PALANTIR).build());

    @Test
    void everyFileIsFormatted() throws IOException {
        var unformatted = new ArrayList<Path>();
        var files = sources();
        for (var file : files) {
            var source = Files.readString(file);
            var formatted = format(file, source);
            if (!formatted.equals(source)) {
                if (APPLY) {
                    Files.writeString(file, formatted);
                } else {
                    unformatted.add(ROOT.relativize(file));
                }
            }
        }
        assertThat(files).isNotEmpty();
        assertThat(unformatted)
                .as("files not in palantir format; run: mvn -pl style test -Dsuffice.format=apply")
                .isEmpty();
    }

    @Test
    void aBadlyFormattedFileIsNoticed() throws FormatterException {
        assertThat(format("class  A{int x ;}\n")).isNotEqualTo("class  A{int x ;}\n");
    }

    private String format(Path file, String source) {
        try {
            return format(source);
        } catch (FormatterException e) {
            throw new AssertionError("%s: the formatter cannot read it: %s".formatted(file, e.getMessage()), e);
        }
    }

    private String format(String source) throws FormatterException {
        var ordered = ImportOrderer.reorderImports(RemoveUnusedImports.removeUnusedImports(source), Style.PALANTIR);
        return formatter.formatSource(ordered);
    }

    private static List<Path> sources() throws IOException {
        try (var modules = Files.list(ROOT)) {
            var found = new ArrayList<Path>();
            for (var src : modules.map(m -> m.resolve("src"))
                    .filter(Files::isDirectory)
                    .sorted()
                    .toList()) {
                try (var files = Files.walk(src)) {
                    files.filter(f -> f.toString().endsWith(".java")).sorted().forEach(found::add);
                }
            }
            return found;
        }
    }
}
