package dev.suffice.models.decoder;

import dev.suffice.models.family.Activation;
import dev.suffice.models.folder.Config;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Makes a {@link DecoderConfig} of a {@code config.json} as transformers 4 and 5 write it. */
final class DecoderConfigReader {
    private final Config config;
    private final int layers;
    private final int heads;
    private final int keyValueHeads;
    private final int headSize;
    private final int maxPositions;

    DecoderConfigReader(Config config) {
        this.config = config;
        this.layers = config.size("num_hidden_layers");
        this.heads = config.size("num_attention_heads");
        this.keyValueHeads = config.size("num_key_value_heads", heads);
        int hidden = config.size("hidden_size");
        if (config.find("head_dim").isEmpty() && hidden % heads != 0) {
            throw config.unsupported("num_attention_heads", "a divisor of hidden_size %d".formatted(hidden));
        }
        this.headSize = config.size("head_dim", Math.max(1, hidden / heads));
        this.maxPositions = config.size("max_position_embeddings", 2048);
        if (heads % keyValueHeads != 0) {
            throw config.unsupported("num_key_value_heads", "a divisor of num_attention_heads %d".formatted(heads));
        }
    }

    /** How many layers. */
    int layers() {
        return layers;
    }

    /** What most families have. */
    DecoderConfig read(String activationKey, boolean tied, List<AttentionConfig> attention) {
        return new DecoderConfig(
                config.text("model_type", ""),
                config.size("vocab_size"),
                config.size("hidden_size"),
                config.size("intermediate_size"),
                maxPositions,
                config.number("rms_norm_eps", 1e-6),
                Activation.of(config, activationKey, "silu"),
                config.flag("tie_word_embeddings", tied),
                attention);
    }

    /** The same attention in every layer but for the window. */
    List<AttentionConfig> attention(List<OptionalInt> windows) {
        var rope = Optional.of(rope("", 10_000));
        var attention = new ArrayList<AttentionConfig>();
        for (var window : windows) {
            attention.add(attention(rope, window, headSize));
        }
        return attention;
    }

    /** One layer. */
    AttentionConfig attention(Optional<Rope> rope, OptionalInt window, double scaledBy) {
        return new AttentionConfig(heads, keyValueHeads, headSize, 1 / Math.sqrt(scaledBy), rope, window);
    }

    /**
     * The window of each layer.
     *
     * @param slides whether a layer slides where {@code layer_types} does not say
     */
    List<OptionalInt> windows(java.util.function.IntPredicate slides) {
        var window = config.find("sliding_window").isPresent()
                ? OptionalInt.of(config.size("sliding_window"))
                : OptionalInt.empty();
        var types = config.texts("layer_types", List.of());
        if (!types.isEmpty() && types.size() != layers) {
            throw config.unsupported("layer_types", "a list of %d, one for each layer".formatted(layers));
        }
        var windows = new ArrayList<OptionalInt>();
        for (int i = 0; i < layers; i++) {
            boolean sliding = types.isEmpty() ? slides.test(i) : sliding(types.get(i));
            windows.add(sliding ? window : OptionalInt.empty());
        }
        return windows;
    }

    private boolean sliding(String type) {
        return switch (type) {
            case "sliding_attention" -> true;
            case "full_attention" -> false;
            default -> throw config.unsupported("layer_types", "a list of full_attention and sliding_attention");
        };
    }

    /** No layer has a window. */
    List<OptionalInt> unlimited() {
        return Collections.nCopies(layers, OptionalInt.empty());
    }

    /**
     * The rotary embedding.
     *
     * @param kind of layer, for configurations that tell them apart; empty otherwise
     * @param theta unless one is given
     */
    Rope rope(String kind, double theta) {
        return new RopeReader(config, kind, maxPositions).read(headSize, theta);
    }
}
