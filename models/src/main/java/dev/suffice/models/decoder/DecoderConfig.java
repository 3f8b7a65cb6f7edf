package dev.suffice.models.decoder;

import dev.suffice.models.family.Activation;
import java.util.List;

/**
 * The sizes of a decoder, whatever its family.
 *
 * @param family its {@code model_type}
 * @param vocabulary tokens that it knows
 * @param hidden length of a state
 * @param intermediate length of a state within the feed-forward part
 * @param maxPositions the longest text that it is made for, tokens
 * @param epsilon of the normalisations
 * @param activation of the feed-forward part
 * @param tied whether the embedding is also the head
 * @param layers the attention of each
 */
public record DecoderConfig(
        String family,
        int vocabulary,
        int hidden,
        int intermediate,
        int maxPositions,
        double epsilon,
        Activation activation,
        boolean tied,
        List<AttentionConfig> layers) {
    /** Copies the list. */
    public DecoderConfig {
        layers = List.copyOf(layers);
    }

    /** The rotary embeddings that occur, in the order of their first layer. */
    public List<Rope> ropes() {
        return layers.stream()
                .flatMap(layer -> layer.rope().stream())
                .distinct()
                .toList();
    }
}
