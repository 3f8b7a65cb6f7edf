package dev.suffice.models.gguf;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** What the tensors of a language model are called in transformers' folders. */
final class GgufNames {
    private static final Pattern LAYER = Pattern.compile("blk\\.(\\d{1,4})\\.([a-z0-9_]+)\\.(weight|bias)");

    private static final Map<String, String> WHOLE = Map.of(
            "token_embd.weight", "model.embed_tokens.weight",
            "output.weight", "lm_head.weight",
            "output_norm.weight", "model.norm.weight");

    private static final Map<String, String> PARTS = Map.ofEntries(
            Map.entry("attn_norm", "input_layernorm"),
            Map.entry("attn_q", "self_attn.q_proj"),
            Map.entry("attn_k", "self_attn.k_proj"),
            Map.entry("attn_v", "self_attn.v_proj"),
            Map.entry("attn_qkv", "self_attn.qkv_proj"),
            Map.entry("attn_output", "self_attn.o_proj"),
            Map.entry("attn_q_norm", "self_attn.q_norm"),
            Map.entry("attn_k_norm", "self_attn.k_norm"),
            Map.entry("ffn_norm", "post_attention_layernorm"),
            Map.entry("ffn_gate", "mlp.gate_proj"),
            Map.entry("ffn_up", "mlp.up_proj"),
            Map.entry("ffn_down", "mlp.down_proj"));

    private static final Map<String, Map<String, String>> OWN = Map.of(
            "phi3", Map.of("ffn_up", "mlp.gate_up_proj"),
            "gemma3",
                    Map.of(
                            "ffn_norm", "pre_feedforward_layernorm",
                            "post_attention_norm", "post_attention_layernorm",
                            "post_ffw_norm", "post_feedforward_layernorm"));

    /** Factors of rotary embeddings, which go into the configuration. */
    private static final Set<String> NOT_WEIGHTS =
            Set.of("rope_freqs.weight", "rope_factors_long.weight", "rope_factors_short.weight");

    private GgufNames() {}

    /** Whether a tensor is a weight and not a part of the configuration. */
    static boolean isWeight(String name) {
        return !NOT_WEIGHTS.contains(name);
    }

    /** The name in a folder, if the architecture has such a tensor. */
    static Optional<String> inFolder(String architecture, String name) {
        var whole = WHOLE.get(name);
        if (whole != null) {
            return Optional.of(whole);
        }
        var match = LAYER.matcher(name);
        if (!match.matches()) {
            return Optional.empty();
        }
        var own = OWN.getOrDefault(architecture, Map.of()).get(match.group(2));
        return Optional.ofNullable(own == null ? PARTS.get(match.group(2)) : own)
                .map(part -> "model.layers.%s.%s.%s".formatted(match.group(1), part, match.group(3)));
    }
}
