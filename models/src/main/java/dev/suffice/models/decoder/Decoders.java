package dev.suffice.models.decoder;

import dev.suffice.models.ModelException;
import dev.suffice.models.folder.Config;
import dev.suffice.models.safetensors.Weights;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;

/** The families of language models, by their {@code model_type}. */
public final class Decoders {
    private static final Map<String, BiFunction<Config, Weights, Decoder>> FAMILIES = new TreeMap<>(Map.of(
            "llama", Llama::open,
            "mistral", Llama::open,
            "smollm3", Llama::open,
            "qwen2", Llama::open,
            "qwen3", Qwen3::open,
            "gemma3_text", Gemma3::open,
            "phi3", Phi3::open));

    private Decoders() {}

    /** The families. */
    public static List<String> families() {
        return List.copyOf(FAMILIES.keySet());
    }

    /** Whether a configuration is that of a language model that can be opened. */
    public static boolean knows(Config config) {
        return FAMILIES.containsKey(config.text("model_type", ""));
    }

    /**
     * Reads {@code config.json} and the headers of the weights.
     *
     * @throws ModelException if the folder holds no language model of a known family
     */
    public static Decoder open(Path folder) {
        var config = Config.read(folder.resolve("config.json"));
        var family = FAMILIES.get(config.text("model_type", ""));
        if (family == null) {
            throw config.unsupported("model_type", "one of " + String.join(", ", families()));
        }
        return family.apply(config, Weights.open(folder));
    }
}
