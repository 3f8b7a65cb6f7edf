package dev.suffice.models.folder;

import dev.suffice.engine.Graph;
import dev.suffice.engine.GraphContent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A network that Optimum or Optimum-Intel has exported into a folder: {@code model.onnx} or {@code openvino_model.xml}. */
public final class ExportedFile {
    private static final String ONNX = "model.onnx";
    private static final String OPENVINO = "openvino_model.xml";

    private ExportedFile() {}

    /** Whether there is one. */
    public static boolean in(Path folder) {
        return !files(folder).isEmpty();
    }

    /**
     * The network in a folder; of both formats the one that is an engine's own.
     *
     * @param name of the graph, for messages
     * @param engine name of the engine that is to run it
     */
    public static Optional<Graph> find(Path folder, String name, String engine) {
        var files = files(folder);
        var preferred = engine.equals("openvino") ? OPENVINO : ONNX;
        return files.stream()
                .filter(file -> file.endsWith(preferred))
                .findFirst()
                .or(() -> files.stream().findFirst())
                .map(file -> Graph.exported(
                        name,
                        file.endsWith(OPENVINO)
                                ? new GraphContent.OpenVinoFile(file)
                                : new GraphContent.OnnxFile(file)));
    }

    private static List<Path> files(Path folder) {
        var files = new ArrayList<Path>();
        for (var name : List.of(ONNX, OPENVINO)) {
            var file = folder.resolve(name);
            if (Files.isRegularFile(file)) {
                files.add(file);
            }
        }
        return files;
    }
}
