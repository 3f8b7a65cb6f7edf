package dev.suffice.engine.openvino;

import dev.suffice.engine.Graph;
import dev.suffice.engine.GraphContent;
import dev.suffice.engine.Ports;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A model that the library has read. Not thread-safe.
 *
 * @param model the library's
 * @param ports its inputs and outputs, as they are in the file
 */
record ReadModel(OpenVino library, MemorySegment model, Ports ports) implements AutoCloseable {
    /**
     * Reads a graph.
     *
     * @param weights holds the memory that weights are mapped to; must stay as long as what is compiled of the model
     */
    static ReadModel of(OpenVino library, Graph graph, Arena weights) throws IOException {
        return switch (graph.content()) {
            case GraphContent.OnnxFile(Path file) -> {
                var files = new WeightFiles(
                        Optional.ofNullable(file.toAbsolutePath().getParent()), weights);
                yield onnx(library, graph.name(), WeightFiles.map(file, weights), new MappedModel(files, true));
            }
            case GraphContent.OnnxBytes(var model, var folder) ->
                onnx(
                        library,
                        graph.name(),
                        MemorySegment.ofBuffer(model),
                        new MappedModel(new WeightFiles(folder, weights), false));
            case GraphContent.OpenVinoFile(Path file) -> {
                var model = library.cores().readFile(library.core(), file.toString());
                yield described(
                        library,
                        model,
                        () -> Ports.of(
                                graph.name(),
                                library.models().inputs(model),
                                library.models().outputs(model)));
            }
        };
    }

    private static ReadModel onnx(OpenVino library, String name, MemorySegment bytes, MappedModel mapped) {
        var model = library.cores().readMemory(library.core(), mapped.rewrite(name, bytes));
        return described(
                library,
                model,
                () -> Ports.of(
                        name,
                        mapped.inputs().stream()
                                .map(port -> library.models().input(model, port))
                                .toList(),
                        mapped.outputs().stream()
                                .map(port -> library.models().output(model, port))
                                .toList()));
    }

    private static ReadModel described(OpenVino library, MemorySegment model, Supplier<Ports> describe) {
        try {
            return new ReadModel(library, model, describe.get());
        } catch (RuntimeException | Error e) {
            library.models().free(model);
            throw e;
        }
    }

    @Override
    public void close() {
        library.models().free(model);
    }
}
