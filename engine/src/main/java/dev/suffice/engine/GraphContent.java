package dev.suffice.engine;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;

/** Where a graph's operators and weights are. */
public sealed interface GraphContent {
    /**
     * An ONNX model in memory whose weights stay in files.
     *
     * @param model the serialised ModelProto, from position to limit; not copied, do not change it
     * @param weightsFolder the folder that external data locations are relative to; empty if the model has none
     */
    record OnnxBytes(ByteBuffer model, Optional<Path> weightsFolder) implements GraphContent {}

    /**
     * An ONNX model in a file, external data beside it.
     *
     * @param file the model
     */
    record OnnxFile(Path file) implements GraphContent {}

    /**
     * A model in OpenVINO's own format, its weights in the file beside it that differs in the ending {@code .bin}.
     *
     * @param file the {@code .xml} file
     */
    record OpenVinoFile(Path file) implements GraphContent {}
}
