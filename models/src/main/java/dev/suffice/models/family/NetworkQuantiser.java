package dev.suffice.models.family;

import dev.suffice.core.Cancellation;
import dev.suffice.engine.Shape;
import dev.suffice.models.ModelException;
import dev.suffice.models.folder.Config;
import dev.suffice.models.folder.ModelFingerprint;
import dev.suffice.models.quantise.BlockFormat;
import dev.suffice.models.quantise.ChannelQuantiser;
import dev.suffice.models.quantise.FilterQuantiser;
import dev.suffice.models.quantise.NativeScratch;
import dev.suffice.models.quantise.StoredRows;
import dev.suffice.models.safetensors.SafetensorsFile;
import dev.suffice.models.safetensors.SafetensorsWriter;
import dev.suffice.models.safetensors.StoredTensor;
import dev.suffice.models.safetensors.Weights;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Makes of a network of images a folder some of whose layers have 8 bits, weights with a scale for each row or filter, and what they read and convolutions make with one scale each. The
 * other layers stay as they are. {@link UNet2DCondition} and {@link AutoencoderKl} open it.
 */
public final class NetworkQuantiser {
    private static final String FILE = "diffusion_pytorch_model.safetensors";
    private static final String WEIGHT = ".weight";
    private static final String BIAS = ".bias";

    private final Weights weights;
    private final Map<String, LayerRanges> layers;
    private final Arena arena;
    private final NativeScratch scratch;
    private final Cancellation cancellation;
    private final SafetensorsWriter writer = new SafetensorsWriter();

    private NetworkQuantiser(
            Weights weights,
            Map<String, LayerRanges> layers,
            Arena arena,
            NativeScratch scratch,
            Cancellation cancellation) {
        this.weights = weights;
        this.layers = layers;
        this.arena = arena;
        this.scratch = scratch;
        this.cancellation = cancellation;
    }

    /**
     * Writes configuration and weights into a folder, which is there.
     *
     * @param original fingerprint of the model that the network belongs to, which its configuration remembers: {@link ModelFingerprint#ofOriginal}
     * @param config of the network
     * @param layers that get 8 bits, by their paths ({@link ProbedNetwork})
     * @throws ModelException if a layer is missing or damaged
     * @throws IOException if a file cannot be written
     * @throws dev.suffice.core.CancelledException if cancelled
     */
    public static void write(
            String original,
            Config config,
            Weights weights,
            Map<String, LayerRanges> layers,
            Path folder,
            Cancellation cancellation)
            throws IOException {
        try (var arena = Arena.ofConfined();
                var scratch = new NativeScratch()) {
            new NetworkQuantiser(weights, layers, arena, scratch, cancellation)
                    .weights()
                    .write(folder.resolve(FILE));
        }
        var json = (ObjectNode) config.json().deepCopy();
        json.putObject(BlockFormat.MARK)
                .put("quant_method", "suffice")
                .put("bits", 8)
                .put("activations", 8)
                .put(ModelFingerprint.ORIGINAL, original);
        Files.writeString(
                folder.resolve("config.json"),
                JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n");
    }

    private SafetensorsWriter weights() {
        var done = new HashSet<String>();
        new TreeMap<>(layers).forEach((path, ranges) -> {
            done.add(path + WEIGHT);
            if (ranges.made().isPresent()) {
                done.add(path + BIAS);
                FilterQuantiser.add(
                        writer,
                        path,
                        rows(path),
                        weight(path).shape(),
                        bias(path),
                        ranges.read(),
                        ranges.made().get(),
                        cancellation);
            } else {
                ChannelQuantiser.add(writer, path, rows(path), ranges.read(), scratch, cancellation);
            }
        });
        new TreeMap<>(weights.tensors()).forEach((name, tensor) -> {
            if (!done.contains(name)) {
                writer.copy(tensor, SafetensorsFile.map(tensor, arena));
            }
        });
        return writer;
    }

    private StoredTensor weight(String path) {
        return weights.find(path + WEIGHT)
                .orElseThrow(
                        () -> new ModelException("%s: tensor %s: missing".formatted(weights.folder(), path + WEIGHT)));
    }

    /** A matrix as it is; filters one a row. */
    private StoredRows rows(String path) {
        var tensor = weight(path);
        if (tensor.shape().rank() < 2) {
            throw new ModelException("%s: tensor %s: shape %s: must have at least two axes"
                    .formatted(tensor.file(), tensor.name(), tensor.shape()));
        }
        long rows = tensor.shape().size(0);
        var flat = new StoredTensor(
                tensor.name(),
                tensor.type(),
                Shape.of(rows, tensor.shape().elements() / rows),
                tensor.file(),
                tensor.offset(),
                tensor.length());
        return new StoredRows(flat, SafetensorsFile.map(tensor, arena));
    }

    private float[] bias(String path) {
        return weights.find(path + BIAS)
                .map(StoredRows::values)
                .orElseGet(() -> new float[Math.toIntExact(weight(path).shape().size(0))]);
    }
}
