package dev.suffice.models.gguf;

import dev.suffice.engine.Shape;
import dev.suffice.models.ModelException;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Makes a {@code config.json}, as transformers has it, of a language model's metadata. */
final class GgufConfig {
    /** Architecture to model_type. */
    private static final Map<String, String> TYPES = Map.of(
            "llama", "llama",
            "qwen2", "qwen2",
            "qwen3", "qwen3",
            "gemma3", "gemma3_text",
            "phi3", "phi3",
            "smollm3", "smollm3");

    private final GgufFile file;
    private final GgufMetadata metadata;
    private final String architecture;

    GgufConfig(GgufFile file) {
        this.file = file;
        this.metadata = file.metadata();
        this.architecture = metadata.text("general.architecture");
        if (!TYPES.containsKey(architecture)) {
            throw metadata.unsupported(
                    "general.architecture",
                    "one of "
                            + String.join(", ", TYPES.keySet().stream().sorted().toList()));
        }
    }

    String architecture() {
        return architecture;
    }

    private String key(String name) {
        return architecture + "." + name;
    }

    int heads() {
        return metadata.size(key("attention.head_count"));
    }

    int keyValueHeads() {
        return metadata.size(key("attention.head_count_kv"), heads());
    }

    int headSize() {
        return metadata.size(key("attention.key_length"), Math.max(1, hidden() / heads()));
    }

    int hidden() {
        return metadata.size(key("embedding_length"));
    }

    ObjectNode json() {
        var config = JsonMapper.shared().createObjectNode();
        var embedding = file.tensor("token_embd.weight")
                .orElseThrow(() -> new ModelException("%s: tensor token_embd.weight: missing".formatted(file.path())));
        config.put("model_type", TYPES.get(architecture))
                .put("vocab_size", embedding.shape().size(0))
                .put("hidden_size", hidden())
                .put("intermediate_size", metadata.size(key("feed_forward_length")))
                .put("num_hidden_layers", metadata.size(key("block_count")))
                .put("num_attention_heads", heads())
                .put("num_key_value_heads", keyValueHeads())
                .put("head_dim", headSize())
                .put("max_position_embeddings", metadata.size(key("context_length"), 2048))
                .put("rms_norm_eps", metadata.number(key("attention.layer_norm_rms_epsilon"), 1e-6))
                .put("tie_word_embeddings", file.tensor("output.weight").isEmpty())
                .put("rope_theta", metadata.number(key("rope.freq_base"), 10_000));
        if (metadata.contains(key("rope.dimension_count"))) {
            config.put("partial_rotary_factor", turnedPart(metadata.size(key("rope.dimension_count"))));
        }
        rope(config);
        own(config);
        return config;
    }

    /** The share of a head that is turned; times the head's size, rounded down, it must give that number again. */
    private double turnedPart(int turned) {
        double part = (double) turned / headSize();
        return (int) (headSize() * part) < turned ? Math.nextUp(part) : part;
    }

    private void rope(ObjectNode config) {
        if (file.tensor("rope_freqs.weight").isPresent()) {
            factors(config, "rope_freqs.weight", "rope_freqs.weight", 1);
            return;
        }
        if (file.tensor("rope_factors_long.weight").isPresent()) {
            factors(
                    config,
                    "rope_factors_short.weight",
                    "rope_factors_long.weight",
                    metadata.number(key("rope.scaling.attn_factor"), 1));
            return;
        }
        switch (metadata.findText(key("rope.scaling.type")).orElse("none")) {
            case "none" -> {}
            case "linear" ->
                config.putObject("rope_scaling")
                        .put("rope_type", "linear")
                        .put("factor", metadata.number(key("rope.scaling.factor"), 1));
            case "yarn" -> {
                var scaling = config.putObject("rope_scaling")
                        .put("rope_type", "yarn")
                        .put("factor", metadata.number(key("rope.scaling.factor")))
                        .put("original_max_position_embeddings", trained());
                for (var beta : List.of("beta_fast", "beta_slow")) {
                    if (metadata.contains(key("rope.scaling.yarn_" + beta))) {
                        scaling.put(beta, metadata.number(key("rope.scaling.yarn_" + beta)));
                    }
                }
            }
            default -> throw metadata.unsupported(key("rope.scaling.type"), "none, linear or yarn");
        }
    }

    private int trained() {
        return metadata.size(key("rope.scaling.original_context_length"), metadata.size(key("context_length"), 2048));
    }

    private void factors(ObjectNode config, String within, String beyond, double attention) {
        var scaling = config.putObject("rope_scaling")
                .put("rope_type", "longrope")
                .put("original_max_position_embeddings", trained())
                .put("attention_factor", attention);
        for (var value : values(within)) {
            scaling.withArray("short_factor").add(value);
        }
        for (var value : values(beyond)) {
            scaling.withArray("long_factor").add(value);
        }
    }

    private float[] values(String name) {
        int size = metadata.size(key("rope.dimension_count"), headSize());
        var tensor = file.require(name, Shape.of(size / 2));
        var values = new float[size / 2];
        try (var arena = Arena.ofConfined()) {
            tensor.decoder().decode(GgufFile.map(tensor, arena), 0, Math.toIntExact(tensor.rowBlocks()), values, 0);
        }
        return values;
    }

    private void own(ObjectNode config) {
        // 0 says that there is none, as the files of Phi 4 do.
        if (metadata.whole(key("attention.sliding_window"), 0) > 0) {
            config.put("sliding_window", metadata.size(key("attention.sliding_window")));
        }
        switch (architecture) {
            case "gemma3" -> gemma(config);
            case "phi3", "llama", "qwen2", "qwen3", "smollm3" -> {}
            default -> throw new IllegalStateException(architecture);
        }
    }

    private void gemma(ObjectNode config) {
        int layers = metadata.size(key("block_count"));
        // The largest model alone does not scale by its head's size.
        config.put("query_pre_attn_scalar", layers == 62 ? hidden() / heads() : headSize())
                .put("hidden_activation", "gelu_pytorch_tanh")
                .put("sliding_window_pattern", metadata.size(key("attention.sliding_window_pattern"), 6))
                .put("rope_local_base_freq", metadata.number(key("rope.freq_base_swa"), 10_000));
        if (metadata.contains(key("final_logit_softcapping"))) {
            config.put("final_logit_softcapping", metadata.number(key("final_logit_softcapping")));
        }
    }
}
