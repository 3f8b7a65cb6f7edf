package dev.suffice.models.family;

import dev.suffice.models.ModelException;
import dev.suffice.models.folder.Config;
import dev.suffice.models.quantise.LowRankRows;
import dev.suffice.models.quantise.MatrixRows;
import dev.suffice.models.safetensors.SafetensorsFile;
import dev.suffice.models.safetensors.StoredTensor;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * A low-rank adapter (LoRA, Hu et al., 2021) in the layout of PEFT: {@code adapter_config.json} and {@code adapter_model.safetensors}, with the modules that were trained
 * whole, such as a new head. Immutable.
 */
public final class LoraAdapter {
    private static final String CONFIG = "adapter_config.json";
    private static final String WEIGHTS = "adapter_model.safetensors";

    /** Names of its files. */
    public static final List<String> FILES = List.of(CONFIG, WEIGHTS);

    private static final String ROOT = "base_model.model.";
    private static final String A = ".lora_A.weight";
    private static final String B = ".lora_B.weight";

    private final String base;
    private final double scale;
    private final SafetensorsFile file;
    private final Map<String, StoredTensor> left = new LinkedHashMap<>();
    private final Map<String, StoredTensor> right = new LinkedHashMap<>();
    private final Map<String, StoredTensor> saved = new LinkedHashMap<>();

    private LoraAdapter(Config config, SafetensorsFile file) {
        if (!config.text("peft_type", "LORA").equals("LORA")) {
            throw config.unsupported("peft_type", "LORA");
        }
        for (var key : Set.of("use_dora", "fan_in_fan_out", "lora_bias")) {
            if (config.flag(key, false)) {
                throw config.unsupported(key, "false");
            }
        }
        for (var key : Set.of("rank_pattern", "alpha_pattern")) {
            if (config.find(key).filter(node -> !node.isEmpty()).isPresent()) {
                throw config.unsupported(key, "empty");
            }
        }
        if (!config.text("bias", "none").equals("none")) {
            throw config.unsupported("bias", "none");
        }
        int rank = config.size("r", 8);
        double alpha = config.number("lora_alpha", 8);
        this.base = config.text("base_model_name_or_path", "");
        this.scale = alpha / (config.flag("use_rslora", false) ? Math.sqrt(rank) : rank);
        this.file = file;
        file.tensors().forEach(this::sort);
        if (!left.keySet().equals(right.keySet())) {
            var alone = new TreeSet<>(left.keySet());
            alone.addAll(right.keySet());
            alone.removeIf(path -> left.containsKey(path) && right.containsKey(path));
            throw new ModelException(
                    "%s: %s: has only one of lora_A and lora_B".formatted(file.path(), alone.getFirst()));
        }
    }

    private void sort(String name, StoredTensor tensor) {
        if (!name.startsWith(ROOT)) {
            throw new ModelException("%s: tensor %s: must begin with %s".formatted(file.path(), name, ROOT));
        }
        var path =
                name.substring(ROOT.length()).replace(".modules_to_save.", ".").replace(".default.", ".");
        if (path.endsWith(A)) {
            left.put(path.substring(0, path.length() - A.length()), tensor);
        } else if (path.endsWith(B)) {
            right.put(path.substring(0, path.length() - B.length()), tensor);
        } else if (path.contains("lora_")) {
            throw new ModelException(
                    "%s: tensor %s: only fully connected layers may have an adapter".formatted(file.path(), name));
        } else {
            saved.put(path, tensor);
        }
    }

    /** Whether a folder has one. */
    public static boolean present(Path folder) {
        return Files.isRegularFile(folder.resolve(CONFIG)) && Files.isRegularFile(folder.resolve(WEIGHTS));
    }

    /**
     * Reads it.
     *
     * @throws ModelException if there is none, it is damaged, or of a kind that is not known
     */
    public static LoraAdapter open(Path folder) {
        return new LoraAdapter(Config.read(folder.resolve(CONFIG)), SafetensorsFile.read(folder.resolve(WEIGHTS)));
    }

    /** The model that it was trained on, as PEFT names it: on a hub, or a path; may be empty. */
    public String base() {
        return base;
    }

    /** Paths of the layers that it changes. */
    public Set<String> layers() {
        return Set.copyOf(left.keySet());
    }

    /** Tensors that take the place of the model's, or are added to them, by name. */
    public Map<String, StoredTensor> saved() {
        return Map.copyOf(saved);
    }

    /**
     * A layer's weight with the adapter in it: W + (alpha / r) B A.
     *
     * @param layer one of {@link #layers()}
     * @param weight W, [out, in]
     * @param arena when it closes, the rows end
     * @throws ModelException if the sizes do not belong together
     */
    public MatrixRows merged(String layer, MatrixRows weight, Arena arena) {
        return new LowRankRows(weight, rows(left, layer, arena), rows(right, layer, arena), scale);
    }

    private static MatrixRows rows(Map<String, StoredTensor> side, String layer, Arena arena) {
        var tensor = side.get(layer);
        if (tensor == null) {
            throw new IllegalArgumentException("layer %s: not in the adapter".formatted(layer));
        }
        return new EncoderTensors.Stored(tensor, false).rows(arena);
    }
}
