package dev.suffice.models.decoder;

import dev.suffice.models.folder.Config;
import dev.suffice.models.onnx.GraphBuilder.Normalised;
import dev.suffice.models.safetensors.Weights;

/** Phi 3 and 3.5 (Abdin et al. 2024): Llama with one matrix for queries, keys and values, one for gate and input, and a window in every layer. */
final class Phi3 extends Decoder {
    private Phi3(Config source, DecoderConfig config, Weights weights) {
        super(source, config, weights, "model.");
    }

    static Phi3 open(Config source, Weights weights) {
        var reader = new DecoderConfigReader(source);
        var attention = reader.attention(reader.windows(_ -> true));
        return new Phi3(source, reader.read("hidden_act", false, attention), weights);
    }

    @Override
    Normalised layer(DecoderLayers ops, int layer, String path, Normalised x, String nextNorm) {
        var graph = ops.graph();
        var output = ops.attend(layer, path + ".self_attn", x.value());
        var attended = ops.addNorm(path + ".post_attention_layernorm", output, x.sum());
        long wide = config().intermediate();
        var both = ops.linear(path + ".mlp.gate_up_proj", attended.value(), 2 * wide);
        var down = ops.down(path + ".mlp", graph.slice(both, 2, 0, wide), graph.slice(both, 2, wide, 2 * wide));
        return ops.addNorm(nextNorm, down, attended.sum());
    }
}
