package dev.suffice.models.family;

import dev.suffice.models.folder.Config;

/**
 * Sizes of an encoder like BERT.
 *
 * @param hidden length of a state
 * @param embedding length of the embeddings; where it is another, a layer leads to {@code hidden}
 * @param intermediate width of the feed-forward part
 * @param layers how many
 * @param heads of the attention
 * @param vocabulary tokens
 * @param positions rows of the table of positions
 * @param firstPosition the row of the first token: above 0 where the table begins with rows for padding
 * @param types of tokens; 0 without such a table
 * @param epsilon of the normalisations
 * @param activation of the feed-forward part
 */
public record BertConfig(
        int hidden,
        int embedding,
        int intermediate,
        int layers,
        int heads,
        int vocabulary,
        int positions,
        int firstPosition,
        int types,
        double epsilon,
        Activation activation) {
    /** What transformers writes for BERT, RoBERTa and ELECTRA. */
    static BertConfig read(Config config, int firstPosition, double epsilon) {
        int hidden = config.size("hidden_size", 768);
        var read = new BertConfig(
                hidden,
                config.size("embedding_size", hidden),
                config.size("intermediate_size", 3072),
                config.size("num_hidden_layers", 12),
                config.size("num_attention_heads", 12),
                config.size("vocab_size", 30522),
                config.size("max_position_embeddings", 512),
                firstPosition,
                config.size("type_vocab_size", 2),
                config.number("layer_norm_eps", epsilon),
                Activation.of(config, "hidden_act", "gelu"));
        if (!config.text("position_embedding_type", "absolute").equals("absolute")) {
            throw config.unsupported("position_embedding_type", "absolute");
        }
        return read.checked(config, "num_attention_heads");
    }

    /** What transformers writes for DistilBERT. */
    static BertConfig readDistilled(Config config) {
        int hidden = config.size("dim", 768);
        return new BertConfig(
                        hidden,
                        hidden,
                        config.size("hidden_dim", 3072),
                        config.size("n_layers", 6),
                        config.size("n_heads", 12),
                        config.size("vocab_size", 30522),
                        config.size("max_position_embeddings", 512),
                        0,
                        0,
                        1e-12,
                        Activation.of(config, "activation", "gelu"))
                .checked(config, "n_heads");
    }

    private BertConfig checked(Config config, String headsKey) {
        if (hidden % heads != 0) {
            throw config.unsupported(headsKey, "a divisor of the hidden size %d".formatted(hidden));
        }
        if (positions - firstPosition < 2) {
            throw config.unsupported("max_position_embeddings", "at least %d".formatted(firstPosition + 2));
        }
        return this;
    }

    /** The most tokens of a text. */
    public int maxTokens() {
        return positions - firstPosition;
    }

    /**
     * Floating-point operations of a layer on a text, 2 per multiply-add of the products.
     *
     * @param tokens of the text
     */
    public long layerFlops(int tokens) {
        long products = 4L * hidden * hidden + 2L * hidden * intermediate;
        long attention = 2L * tokens * hidden;
        return 2L * tokens * (products + attention);
    }
}
