package dev.suffice.train.nn;

import dev.suffice.models.folder.Config;

/**
 * The shape of a BERT encoder.
 *
 * @param vocabulary number of token ids
 * @param width of a state
 * @param layers number of layers
 * @param heads of the attention; they divide the width
 * @param innerWidth of the feed-forward part
 * @param positions the longest text, in tokens
 * @param types number of token types
 * @param epsilon of the normalisations
 * @param padding id of the padding token
 */
public record BertConfig(
        int vocabulary,
        int width,
        int layers,
        int heads,
        int innerWidth,
        int positions,
        int types,
        double epsilon,
        int padding) {
    /**
     * Reads transformers' {@code config.json}.
     *
     * @throws dev.suffice.models.ModelException if it is of another family, or of a variant of BERT that is not supported
     */
    public static BertConfig read(Config config) {
        refuseOther(config, "model_type", "bert");
        refuseOther(config, "hidden_act", "gelu");
        refuseOther(config, "position_embedding_type", "absolute");
        int width = config.size("hidden_size");
        int heads = config.size("num_attention_heads");
        if (width % heads != 0) {
            throw config.unsupported("num_attention_heads", "a divisor of hidden_size %d".formatted(width));
        }
        int vocabulary = config.size("vocab_size");
        int padding = config.integer("pad_token_id", 0);
        if (padding < 0 || padding >= vocabulary) {
            throw config.unsupported("pad_token_id", "between 0 and %d".formatted(vocabulary - 1));
        }
        double epsilon = config.number("layer_norm_eps", 1e-12);
        if (epsilon <= 0) {
            throw config.unsupported("layer_norm_eps", "above 0");
        }
        return new BertConfig(
                vocabulary,
                width,
                config.size("num_hidden_layers"),
                heads,
                config.size("intermediate_size"),
                config.size("max_position_embeddings", 512),
                config.size("type_vocab_size", 2),
                epsilon,
                padding);
    }

    private static void refuseOther(Config config, String key, String supported) {
        if (!config.text(key, supported).equals(supported)) {
            throw config.unsupported(key, supported + "; other encoders cannot be trained yet");
        }
    }
}
