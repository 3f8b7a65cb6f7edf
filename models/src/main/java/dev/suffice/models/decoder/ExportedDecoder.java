package dev.suffice.models.decoder;

import dev.suffice.engine.Graph;
import dev.suffice.models.ModelException;
import dev.suffice.models.folder.Config;
import dev.suffice.models.folder.ExportedFile;
import dev.suffice.models.folder.ModelSummary;
import dev.suffice.models.safetensors.Weights;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A language model that Optimum or Optimum-Intel has exported, of whatever family: one network in {@code model.onnx} or {@code openvino_model.xml}, its configuration and tokenizer beside it.
 * What the network takes and gives is known when an engine has opened it. Immutable.
 *
 * @param folder it lies in
 * @param source its configuration
 * @param graph the network
 * @param maxPositions the longest text that it is made for, tokens
 */
public record ExportedDecoder(Path folder, Config source, Graph graph, int maxPositions) {
    private static final String CONFIG = "config.json";
    private static final int UNKNOWN_POSITIONS = 2048;

    /** Networks of layouts that were common once: apart for the first token and the others, or both in one with a switch. */
    private static final List<String> OLDER =
            List.of("decoder_model_merged.onnx", "decoder_with_past_model.onnx", "decoder_model.onnx");

    /** Whether a folder holds one, and no weights that a network could be built from, which can do more. */
    public static boolean in(Path folder) {
        return (ExportedFile.in(folder) || !older(folder).isEmpty()) && !Weights.present(folder);
    }

    /**
     * Reads the configuration.
     *
     * @param engine name of the engine that will run it
     * @throws ModelException if there is none, or the network is of an older layout
     */
    public static ExportedDecoder open(Path folder, String engine) {
        var graph = ExportedFile.find(folder, "decoder", engine)
                .orElseThrow(() -> new ModelException(
                        "model %s: %s: exports of this layout were traced for one token a pass and cannot judge drafts; export the model again with a current Optimum (optimum-cli export onnx --task text-generation-with-past), which writes model.onnx"
                                .formatted(folder, String.join(", ", older(folder)))));
        var config = Config.read(folder.resolve(CONFIG));
        int positions = ModelSummary.contextLength(config);
        return new ExportedDecoder(folder, config, graph, positions == 0 ? UNKNOWN_POSITIONS : positions);
    }

    private static List<String> older(Path folder) {
        return OLDER.stream()
                .filter(name -> Files.isRegularFile(folder.resolve(name)))
                .toList();
    }
}
