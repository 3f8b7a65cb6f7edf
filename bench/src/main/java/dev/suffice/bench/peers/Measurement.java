package dev.suffice.bench.peers;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One run of one contender.
 *
 * @param table it belongs to
 * @param contender who ran
 * @param item what was done
 * @param round which time
 * @param seconds it took; for text, of the tokens after the first
 * @param work that was done in them: images, tokens, texts, passes
 * @param first seconds before, to the first token; 0 where there is none
 * @param inside seconds inside the engine's calls; 0 where nobody counts them
 * @param output what came out, as numbers with spaces between them
 */
record Measurement(
        String table,
        String contender,
        String item,
        int round,
        double seconds,
        double work,
        double first,
        double inside,
        String output) {
    static final String HEADER = "table,contender,item,round,seconds,work,first_seconds,inside_seconds,output";
    private static final Pattern LINE =
            Pattern.compile("\"([^\"]*)\",\"([^\"]*)\",\"([^\"]*)\",(\\d+),([^,]+),([^,]+),([^,]+),([^,]+),([^,\"]*)");

    /** A line of CSV. */
    String line() {
        return String.format(
                Locale.ROOT,
                "\"%s\",\"%s\",\"%s\",%d,%.6f,%.0f,%.6f,%.6f,%s",
                table,
                contender,
                item,
                round,
                seconds,
                work,
                first,
                inside,
                output);
    }

    /** The measurement of a line; empty if it is not whole. */
    static Optional<Measurement> of(String line) {
        var match = LINE.matcher(line);
        if (!match.matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Measurement(
                    match.group(1),
                    match.group(2),
                    match.group(3),
                    Integer.parseInt(match.group(4)),
                    Double.parseDouble(match.group(5)),
                    Double.parseDouble(match.group(6)),
                    Double.parseDouble(match.group(7)),
                    Double.parseDouble(match.group(8)),
                    match.group(9)));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** Seconds with those before the first token. */
    double whole() {
        return first + seconds;
    }
}
