package dev.suffice.models.family;

import dev.suffice.models.folder.Config;

/** Activation functions, under the names that configurations use. */
public enum Activation {
    /** x sigmoid(x). */
    SILU,
    /** x Phi(x), Phi being the normal distribution function. */
    GELU,
    /** GELU by its approximation with tanh. */
    GELU_TANH,
    /** x sigmoid(1.702 x). */
    QUICK_GELU,
    /** max(x, 0). */
    RELU,
    /** x tanh(softplus(x)). */
    MISH,
    /** tanh(x). */
    TANH;

    /**
     * The activation that a configuration names.
     *
     * @param otherwise the name if it gives none
     * @throws dev.suffice.models.ModelException if there is none of that name
     */
    public static Activation of(Config config, String key, String otherwise) {
        return switch (config.text(key, otherwise)) {
            case "silu", "swish" -> SILU;
            case "gelu" -> GELU;
            case "gelu_new", "gelu_pytorch_tanh" -> GELU_TANH;
            case "quick_gelu" -> QUICK_GELU;
            case "relu" -> RELU;
            case "mish" -> MISH;
            case "tanh" -> TANH;
            default ->
                throw config.unsupported(
                        key, "one of silu, swish, gelu, gelu_new, gelu_pytorch_tanh, quick_gelu, relu, mish, tanh");
        };
    }
}
