package dev.suffice.engine.openvino;

import dev.suffice.engine.ElementType;
import dev.suffice.engine.EngineException;
import dev.suffice.engine.Graph;
import dev.suffice.engine.GraphContent;
import dev.suffice.engine.Ports;
import dev.suffice.engine.Shape;
import dev.suffice.engine.Tensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
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
                var model = own(library, file, weights);
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

    /** A model of OpenVINO's own format. One that keeps state is read from memory, for it is changed, with its weights mapped. */
    private static MemorySegment own(OpenVino library, Path file, Arena weights) throws IOException {
        var stateless = StatefulModel.withoutState(Files.readAllBytes(file));
        if (stateless.isEmpty()) {
            return library.cores().readFile(library.core(), file.toString());
        }
        var bin = Path.of(file.toString().replaceFirst("\\.xml$", "") + ".bin");
        if (!Files.isReadable(bin)) {
            throw new EngineException("file %s does not exist or cannot be read".formatted(bin));
        }
        var mapped = WeightFiles.map(bin, weights);
        try (var arena = Arena.ofConfined()) {
            var tensor = library.requests()
                    .tensor(arena, Tensor.view(mapped, ElementType.UINT8, Shape.of(mapped.byteSize())));
            try {
                return library.cores().readMemory(library.core(), stateless.get(), tensor);
            } finally {
                library.requests().freeTensor(tensor);
            }
        }
    }

    private static ReadModel onnx(OpenVino library, String name, MemorySegment bytes, MappedModel mapped) {
        var model = library.cores().readMemory(library.core(), mapped.rewrite(name, bytes), MemorySegment.NULL);
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
