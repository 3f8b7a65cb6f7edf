package dev.suffice.classify.data;

import dev.suffice.core.InvalidRequestException;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Makes rows of the lines of a table: the first one may be a header. Not thread-safe. */
final class TableRows {
    private static final List<String> WITHOUT_HEADER = List.of("text", "label");

    private final TextLines lines;
    private final String separator;
    private final Columns asked;
    private List<String> names = List.of();
    private Columns columns;

    /**
     * @param separator of columns, for messages
     */
    TableRows(TextLines lines, String separator, Columns asked) {
        this.lines = lines;
        this.separator = separator;
        this.asked = asked;
        this.columns = asked;
    }

    /**
     * The next line.
     *
     * @param line where it begins
     * @return empty if it is the header
     * @throws InvalidRequestException if it has not what it needs
     */
    Optional<Row> row(int line, List<String> cells) {
        try {
            if (names.isEmpty() && isHeader(cells)) {
                return Optional.empty();
            }
            if (cells.size() != names.size()) {
                throw new InvalidRequestException("columns %d: must be %d (%s), separated by %s"
                        .formatted(cells.size(), names.size(), String.join(", ", names), separator));
            }
            return Optional.of(new Row(line, new Cells(names, cells).content(columns)));
        } catch (InvalidRequestException e) {
            throw lines.failure(line, e);
        }
    }

    private boolean isHeader(List<String> cells) {
        names = cells.stream().map(String::strip).toList();
        return switch (asked) {
            case Columns.Usual _ -> {
                var found = UsualNames.among(names);
                if (found.isEmpty() && names.size() != WITHOUT_HEADER.size()) {
                    throw new InvalidRequestException(
                            "columns %d: a table without a header has text and label, separated by %s; or the first line must name %s; or name the columns (--columns)"
                                    .formatted(names.size(), separator, UsualNames.known()));
                }
                if (found.isEmpty()) {
                    names = WITHOUT_HEADER;
                }
                columns = found.orElse(new Columns.Text("text", "label"));
                yield tableOnly(columns) && found.isPresent();
            }
            case Columns.Text(var text, var label) -> named(List.of(text, label));
            case Columns.Pair(var first, var second, var label) -> named(List.of(first, second, label));
            case Columns.Tokens tokens -> tableOnly(tokens);
        };
    }

    private static boolean tableOnly(Columns columns) {
        if (columns instanceof Columns.Tokens lists) {
            throw new InvalidRequestException(
                    "column %s: words with a label each are lists, which only .jsonl has".formatted(lists.tokens()));
        }
        return true;
    }

    private boolean named(List<String> wanted) {
        for (var name : wanted) {
            int times = Collections.frequency(names, name);
            if (times != 1) {
                throw new InvalidRequestException("column %s: %s; the first line has %s"
                        .formatted(name, times == 0 ? "missing" : "there are " + times, String.join(", ", names)));
            }
        }
        return true;
    }

    private record Cells(List<String> names, List<String> cells) implements Fields {
        @Override
        public String text(String name) {
            return cells.get(names.indexOf(name));
        }

        @Override
        public String label(String name) {
            return text(name).strip();
        }

        @Override
        public List<String> tokens(String name) {
            throw new IllegalStateException("tables have no lists");
        }

        @Override
        public List<String> labels(String name) {
            return tokens(name);
        }
    }
}
