package dev.suffice.classify.data;

import dev.suffice.core.InvalidRequestException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/** A format of files with labelled texts. Stateless. */
sealed interface TextFormat permits TabSeparated, CommaSeparated, JsonLines {
    /**
     * Reads all rows.
     *
     * @throws InvalidRequestException if the lines are not of the format; names file and line
     */
    void read(TextLines lines, Columns columns, Consumer<Row> rows) throws IOException;

    /**
     * The format that a file's name ends in.
     *
     * @throws InvalidRequestException if that is none of those known
     */
    static TextFormat of(String file) {
        var formats = formats();
        return formats.entrySet().stream()
                .filter(format -> file.toLowerCase(Locale.ROOT).endsWith(format.getKey()))
                .findFirst()
                .map(Map.Entry::getValue)
                .orElseThrow(() -> new InvalidRequestException(
                        "texts %s: the format is told by the end of the name; must be one of %s"
                                .formatted(file, String.join(", ", formats.keySet()))));
    }

    private static Map<String, TextFormat> formats() {
        var formats = new LinkedHashMap<String, TextFormat>();
        formats.put(".tsv", new TabSeparated());
        formats.put(".csv", new CommaSeparated());
        formats.put(".jsonl", new JsonLines());
        formats.put(".json", new JsonLines());
        return formats;
    }
}
