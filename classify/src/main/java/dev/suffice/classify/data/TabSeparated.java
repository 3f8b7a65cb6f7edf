package dev.suffice.classify.data;

import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;

/** Columns separated by tabs, as GLUE has them: nothing is quoted, so texts have neither tabs nor line ends. Empty lines are passed over. */
record TabSeparated() implements TextFormat {
    @Override
    public void read(TextLines lines, Columns columns, Consumer<Row> rows) throws IOException {
        var table = new TableRows(lines, "tabs", columns);
        for (var line = lines.next(); line.isPresent(); line = lines.next()) {
            if (!line.get().isEmpty()) {
                table.row(lines.number(), List.of(line.get().split("\t", -1))).ifPresent(rows);
            }
        }
    }
}
