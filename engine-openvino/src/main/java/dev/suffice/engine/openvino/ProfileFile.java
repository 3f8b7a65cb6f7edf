package dev.suffice.engine.openvino;

import dev.suffice.engine.EngineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Writes what the operators of a session's last run took, the slowest first, as a table with tabs.
 *
 * @param prefix of the file's name; behind it come the graph's name and {@code .tsv}
 * @param graph name
 */
record ProfileFile(Path prefix, String graph) {
    /** @throws EngineException if it cannot be written */
    void write(List<OperatorTime> times) {
        var file = Path.of("%s-%s.tsv".formatted(prefix, graph.replaceAll("[^A-Za-z0-9._-]", "_")));
        var lines = new ArrayList<String>();
        lines.add("microseconds\ttype\tkernel\toperator");
        times.stream()
                .filter(time -> time.microseconds() > 0)
                .sorted(Comparator.comparingLong(OperatorTime::microseconds).reversed())
                .map(time -> "%d\t%s\t%s\t%s".formatted(time.microseconds(), time.type(), time.kernel(), time.name()))
                .forEach(lines::add);
        try {
            Files.write(file, lines);
        } catch (IOException e) {
            throw new EngineException(
                    "graph %s: its profile cannot be written to %s: %s".formatted(graph, file, e.getMessage()), e);
        }
    }
}
