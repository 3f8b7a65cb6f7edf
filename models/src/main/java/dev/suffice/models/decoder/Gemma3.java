package dev.suffice.models.decoder;

import dev.suffice.models.folder.Config;
import dev.suffice.models.onnx.GraphBuilder.Normalised;
import dev.suffice.models.onnx.Value;
import dev.suffice.models.safetensors.Weights;
import java.util.ArrayList;
import java.util.Optional;

/**
 * Gemma 3, text only (Gemma team 2025): scaled embeddings, normalisations before and after each part whose weights count from 1, normalised heads, five
 * layers with a window and positions of their own between two without.
 */
final class Gemma3 extends Decoder {
    private final double softcap;

    private Gemma3(Config source, DecoderConfig config, Weights weights, double softcap) {
        super(source, config, weights, "model.");
        this.softcap = softcap;
    }

    static Gemma3 open(Config source, Weights weights) {
        var reader = new DecoderConfigReader(source);
        if (source.number("attn_logit_softcapping", 0) != 0) {
            throw source.unsupported("attn_logit_softcapping", "null");
        }
        int pattern = source.size("sliding_window_pattern", source.size("_sliding_window_pattern", 6));
        boolean five = source.find("rope_parameters").isPresent();
        var global = five ? reader.rope("full_attention", 1e6) : reader.rope("", 1e6);
        var local = five
                ? reader.rope("sliding_attention", 1e4)
                : RopeReader.plain(global.size(), source.number("rope_local_base_freq", 1e4));
        double scaledBy = source.number("query_pre_attn_scalar", 256);
        var attention = new ArrayList<AttentionConfig>();
        for (var window : reader.windows(i -> (i + 1) % pattern != 0)) {
            attention.add(reader.attention(Optional.of(window.isPresent() ? local : global), window, scaledBy));
        }
        return new Gemma3(
                source,
                reader.read("hidden_activation", true, attention),
                weights,
                source.number("final_logit_softcapping", 0));
    }

    /** transformers rounds this factor to the type of the weights; published weights are bfloat16. */
    @Override
    Value embed(DecoderLayers ops, String path) {
        var graph = ops.graph();
        return graph.multiply(super.embed(ops, path), graph.scalar(Math.sqrt(config().hidden())));
    }

    @Override
    Normalised layer(DecoderLayers ops, int layer, String path, Normalised x, String nextNorm) {
        var heads = ops.heads(layer, path + ".self_attn", x.value());
        var output = ops.attend(layer, path + ".self_attn", ops.normHeads(layer, path + ".self_attn", heads));
        var normal = ops.norm(path + ".post_attention_layernorm", output).value();
        var attended = ops.addNorm(path + ".pre_feedforward_layernorm", normal, x.sum());
        var down = ops.gatedLayers(path + ".mlp", attended.value());
        return ops.addNorm(
                nextNorm, ops.norm(path + ".post_feedforward_layernorm", down).value(), attended.sum());
    }

    @Override
    boolean normsCountFromOne() {
        return true;
    }

    @Override
    Value head(DecoderLayers ops, Value states) {
        var logits = super.head(ops, states);
        return softcap > 0 ? ops.operators().softcap(logits, softcap) : logits;
    }
}
