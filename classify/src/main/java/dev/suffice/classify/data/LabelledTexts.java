package dev.suffice.classify.data;

import dev.suffice.core.InvalidRequestException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The labelled texts of a file, all of one kind, in its order; repeated ones are kept. Immutable.
 *
 * @param source the file, for messages
 * @param rows texts with their lines
 */
public record LabelledTexts(String source, List<Row> rows) {
    /** Copies the list. */
    public LabelledTexts {
        rows = List.copyOf(rows);
    }

    /**
     * Reads a file whose columns have usual names.
     *
     * @throws InvalidRequestException as {@link #read(Path, Columns)} does
     */
    public static LabelledTexts read(Path file) {
        return read(file, new Columns.Usual());
    }

    /**
     * Reads a file, in UTF-8, of the format that its name ends in: {@code .tsv} (tabs, nothing quoted), {@code .csv} (RFC 4180), {@code .jsonl} or
     * {@code .json} (an object a line). It is read line by line, up to 2 GiB, 1 MiB a line, five million texts.
     *
     * @param columns that have texts and labels
     * @throws InvalidRequestException if it cannot be read, has no texts, is larger, or a line is not as it must be; names file and line
     */
    public static LabelledTexts read(Path file, Columns columns) {
        return read(file, columns, Limits.USUAL);
    }

    static LabelledTexts read(Path file, Columns columns, Limits limits) {
        var source = file.toString();
        var format = TextFormat.of(source);
        var rows = new ArrayList<Row>();
        try (var in = Files.newInputStream(file)) {
            if (Files.size(file) > limits.file()) {
                throw new InvalidRequestException(
                        "texts %s: %d bytes, at most %d; split it".formatted(source, Files.size(file), limits.file()));
            }
            format.read(new TextLines(source, in, limits.line()), columns, row -> {
                if (rows.size() == limits.rows()) {
                    throw new InvalidRequestException(
                            "texts %s: more than %d; split it".formatted(source, limits.rows()));
                }
                rows.add(row);
            });
        } catch (NoSuchFileException e) {
            throw new InvalidRequestException("texts %s: no such file".formatted(source));
        } catch (IOException e) {
            throw new InvalidRequestException("texts %s: cannot be read (%s)".formatted(source, e));
        }
        if (rows.isEmpty()) {
            throw new InvalidRequestException(
                    "texts %s: there is none; expected a text and its label a line".formatted(source));
        }
        return new LabelledTexts(source, rows);
    }

    /** How many there are. */
    public int size() {
        return rows.size();
    }

    /** The texts without their lines. */
    public List<Labelled> contents() {
        return rows.stream().map(Row::content).toList();
    }
}
