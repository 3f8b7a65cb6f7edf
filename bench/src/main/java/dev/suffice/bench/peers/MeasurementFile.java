package dev.suffice.bench.peers;

import dev.suffice.core.InvalidRequestException;
import dev.suffice.core.TextFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** All measurements, in a CSV file that is complete after each round. Not thread-safe. */
final class MeasurementFile {
    private final Path file;
    private final List<Measurement> all;

    private MeasurementFile(Path file, List<Measurement> all) {
        this.file = file;
        this.all = all;
    }

    /**
     * Begins a file, or goes on with one.
     *
     * @param more whether what is in it is kept
     * @throws InvalidRequestException if it is to be kept and is damaged
     */
    static MeasurementFile open(Path file, boolean more) throws IOException {
        var all = new ArrayList<Measurement>();
        if (more && Files.exists(file)) {
            var lines = Files.readAllLines(file);
            for (int i = 1; i < lines.size(); i++) {
                int number = i + 1;
                all.add(Measurement.of(lines.get(i))
                        .orElseThrow(() -> new InvalidRequestException(
                                "%s: line %d: is no measurement; measure anew without --more"
                                        .formatted(file, number))));
            }
        }
        return new MeasurementFile(file, all);
    }

    List<Measurement> of(String table) {
        return all.stream().filter(one -> one.table().equals(table)).toList();
    }

    /** The number of a table's next round. */
    int rounds(String table) {
        return of(table).stream().mapToInt(Measurement::round).max().orElse(-1) + 1;
    }

    void add(List<Measurement> round) {
        all.addAll(round);
        try {
            TextFile.write(
                    file,
                    all.stream()
                            .map(Measurement::line)
                            .collect(Collectors.joining("\n", Measurement.HEADER + "\n", "\n")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
