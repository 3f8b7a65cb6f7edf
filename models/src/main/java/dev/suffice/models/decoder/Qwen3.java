package dev.suffice.models.decoder;

import dev.suffice.models.folder.Config;
import dev.suffice.models.onnx.GraphBuilder.Normalised;
import dev.suffice.models.safetensors.Weights;

/** Qwen 3 (dense): Llama with each head of queries and keys normalised before positions turn it. */
final class Qwen3 extends Decoder {
    private Qwen3(Config source, DecoderConfig config, Weights weights) {
        super(source, config, weights, "model.");
    }

    static Qwen3 open(Config source, Weights weights) {
        var reader = new DecoderConfigReader(source);
        int full = source.integer("max_window_layers", 0);
        var windows = source.flag("use_sliding_window", false) ? reader.windows(i -> i >= full) : reader.unlimited();
        return new Qwen3(source, reader.read("hidden_act", false, reader.attention(windows)), weights);
    }

    @Override
    Normalised layer(DecoderLayers ops, int layer, String path, Normalised x, String nextNorm) {
        var heads = ops.heads(layer, path + ".self_attn", x.value());
        var output = ops.attend(layer, path + ".self_attn", ops.normHeads(layer, path + ".self_attn", heads));
        var attended = ops.addNorm(path + ".post_attention_layernorm", output, x.sum());
        return ops.addNorm(nextNorm, ops.gatedLayers(path + ".mlp", attended.value()), attended.sum());
    }
}
