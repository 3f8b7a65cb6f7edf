package dev.suffice.classify.data;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.dataformat.csv.CsvFactory;
import tools.jackson.dataformat.csv.CsvParser;
import tools.jackson.dataformat.csv.CsvReadFeature;

/** Columns separated by commas (RFC 4180): a cell in quotes may have commas, line ends and, doubled, quotes. Spaces before a cell and empty
 * lines are passed over. */
record CommaSeparated() implements TextFormat {
    private static final int MOST_COLUMNS = 1000;
    private static final CsvFactory CSV = CsvFactory.builder()
            .enable(CsvReadFeature.WRAP_AS_ARRAY)
            .enable(CsvReadFeature.SKIP_EMPTY_LINES)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(Limits.USUAL.line())
                    .build())
            .build();

    @Override
    public void read(TextLines lines, Columns columns, Consumer<Row> rows) throws IOException {
        var table = new TableRows(lines, "commas", columns);
        int line = 1;
        try (var reader = new LinesReader(lines);
                var parser = (CsvParser) CSV.createParser(ObjectReadContext.empty(), reader)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.START_ARRAY) {
                line = parser.currentLocation().getLineNr();
                var cells = new ArrayList<String>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    if (cells.size() == MOST_COLUMNS) {
                        throw lines.failure(line, "more than %d columns; is a quote missing?".formatted(MOST_COLUMNS));
                    }
                    cells.add(parser.getString());
                }
                table.row(line, List.copyOf(cells)).ifPresent(rows);
            }
        } catch (JacksonException e) {
            throw lines.failure(line, "not comma-separated: " + e.getOriginalMessage());
        }
    }
}
