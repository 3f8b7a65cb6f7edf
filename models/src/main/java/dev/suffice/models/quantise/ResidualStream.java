package dev.suffice.models.quantise;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Which tensors of a decoder read from and write to the vectors that go from layer to layer, in models that normalise these before each part and nowhere else. There, all of them may be
 * {@link Rotation turned}, and the weights of normalisations become factors of the matrices that follow: what the model computes stays the same. Names are those of
 * transformers' folders.
 */
public final class ResidualStream {
    /** Beside the last normalisation's weights, which are ones in a rotated model: what they were. */
    public static final String FOLDED = ".folded";

    /** In a quantised model's configuration: whether it is rotated. */
    public static final String ROTATED = "rotated";

    private static final Pattern READS = Pattern.compile(
            "(.*layers\\.\\d+\\.)(?:(self_attn)\\.(?:q|k|v|qkv)_proj|mlp\\.(?:gate|up|gate_up)_proj)\\.weight");
    private static final Pattern WRITES =
            Pattern.compile(".*layers\\.\\d+\\.(?:self_attn\\.o_proj|mlp\\.down_proj)\\.(?:weight|bias)");
    private static final Pattern NORM = Pattern.compile(
            ".*layers\\.\\d+\\.(?:input_layernorm|post_attention_layernorm)\\.weight|model\\.norm\\.weight");

    private ResidualStream() {}

    /** The normalisation whose output a matrix reads; empty if it reads something else. */
    public static Optional<String> normBefore(String tensor) {
        if (tensor.equals("lm_head.weight")) {
            return Optional.of("model.norm.weight");
        }
        var match = READS.matcher(tensor);
        return match.matches()
                ? Optional.of(match.group(1)
                        + (match.group(2) == null ? "post_attention_layernorm.weight" : "input_layernorm.weight"))
                : Optional.empty();
    }

    /** Whether a tensor is a matrix, or its bias, whose output is added to the vectors. */
    public static boolean writes(String tensor) {
        return WRITES.matcher(tensor).matches();
    }

    /** Whether a tensor's rows are the vectors that enter. */
    public static boolean enters(String tensor) {
        return tensor.endsWith("embed_tokens.weight");
    }

    /** Whether a tensor is the weight of a normalisation of these vectors. */
    public static boolean normalises(String tensor) {
        return NORM.matcher(tensor).matches();
    }
}
