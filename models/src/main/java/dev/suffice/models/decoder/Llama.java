package dev.suffice.models.decoder;

import dev.suffice.models.folder.Config;
import dev.suffice.models.onnx.GraphBuilder.Normalised;
import dev.suffice.models.safetensors.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Llama 2 and 3 (Touvron et al. 2023), and what is built like it: SmolLM2, Mistral (a window in every layer), SmolLM3 (layers without positions), Qwen 2 and
 * 2.5 (biases of queries, keys and values, which are taken wherever they are).
 */
final class Llama extends Decoder {
    private Llama(Config source, DecoderConfig config, Weights weights) {
        super(source, config, weights, "model.");
    }

    static Llama open(Config source, Weights weights) {
        var reader = new DecoderConfigReader(source);
        var attention = switch (source.text("model_type", "")) {
            case "mistral" -> reader.attention(reader.windows(_ -> true));
            case "qwen2" -> reader.attention(qwenWindows(source, reader));
            case "smollm3" -> withoutPositions(source, reader);
            default -> reader.attention(reader.unlimited());
        };
        return new Llama(source, reader.read("hidden_act", false, attention), weights);
    }

    private static List<java.util.OptionalInt> qwenWindows(Config source, DecoderConfigReader reader) {
        int full = source.integer("max_window_layers", 0);
        return source.flag("use_sliding_window", false) ? reader.windows(i -> i >= full) : reader.unlimited();
    }

    /** {@code no_rope_layers} says 1 where positions turn; unless given, every fourth layer is without. */
    private static List<AttentionConfig> withoutPositions(Config source, DecoderConfigReader reader) {
        int interval = source.size("no_rope_layer_interval", 4);
        var given = source.find("no_rope_layers");
        var layers = reader.attention(
                source.flag("use_sliding_window", false) ? reader.windows(_ -> true) : reader.unlimited());
        var attention = new ArrayList<AttentionConfig>();
        for (int i = 0; i < layers.size(); i++) {
            int layer = i;
            boolean turns = given.map(node -> node.path(layer).asInt(1) != 0).orElse((i + 1) % interval != 0);
            var one = layers.get(i);
            attention.add(new AttentionConfig(
                    one.heads(),
                    one.keyValueHeads(),
                    one.headSize(),
                    one.scale(),
                    turns ? one.rope() : Optional.empty(),
                    one.window()));
        }
        return attention;
    }

    @Override
    Normalised layer(DecoderLayers ops, int layer, String path, Normalised x, String nextNorm) {
        var output = ops.attend(layer, path + ".self_attn", x.value());
        var attended = ops.addNorm(path + ".post_attention_layernorm", output, x.sum());
        return ops.addNorm(nextNorm, ops.gatedLayers(path + ".mlp", attended.value()), attended.sum());
    }
}
