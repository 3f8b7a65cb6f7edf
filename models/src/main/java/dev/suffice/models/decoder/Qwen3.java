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
        var attention = config().layers().get(layer);
        int heads = attention.heads();
        int keyHeads = attention.keyValueHeads();
        int size = attention.headSize();
        var query = ops.linear(path + ".self_attn.q_proj", x.value(), (long) heads * size);
        var key = ops.linear(path + ".self_attn.k_proj", x.value(), (long) keyHeads * size);
        var value = ops.linear(path + ".self_attn.v_proj", x.value(), (long) keyHeads * size);
        query = ops.normHeads(query, ops.scale(path + ".self_attn.q_norm", size), heads, size);
        key = ops.normHeads(key, ops.scale(path + ".self_attn.k_norm", size), keyHeads, size);
        ops.graph().scope(path + ".self_attn");
        var context = ops.attention(layer, query, key, value);
        var output = ops.linear(path + ".self_attn.o_proj", context, config().hidden());
        var attended = ops.addNorm(path + ".post_attention_layernorm", output, x.sum());
        var gate = ops.linear(path + ".mlp.gate_proj", attended.value(), config().intermediate());
        var up = ops.linear(path + ".mlp.up_proj", attended.value(), config().intermediate());
        ops.graph().scope(path + ".mlp");
        var down = ops.linear(path + ".mlp.down_proj", ops.gated(gate, up), config().hidden());
        return ops.addNorm(nextNorm, down, attended.sum());
    }
}
