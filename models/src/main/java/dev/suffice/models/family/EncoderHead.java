package dev.suffice.models.family;

import dev.suffice.models.safetensors.Weights;
import java.util.Optional;

/**
 * A small network that makes scores of an encoder's states after one of its layers: a fully connected layer with an activation, if it has one, and another that gives the
 * scores.
 *
 * @param after how many layers have run, at least 1
 * @param weights where its tensors are
 * @param dense path of its first layer; empty to go without one
 * @param activation behind the first layer
 * @param out path of its last layer
 * @param confidence path of a layer that gives one more number, the logit of the probability that the answer is that of the last head; empty for none
 * @param labels how many scores it gives
 * @param pooling what it reads
 */
public record EncoderHead(
        int after,
        Weights weights,
        Optional<String> dense,
        Activation activation,
        String out,
        Optional<String> confidence,
        int labels,
        Pooling pooling) {
    /** Checks the numbers. */
    public EncoderHead {
        if (after < 1 || labels < 1) {
            throw new IllegalArgumentException("head after %d layers, %d labels".formatted(after, labels));
        }
    }

    /** Name of the scores among a network's outputs: [batch, labels], or for {@link Pooling#TOKENS} [batch, tokens, labels]. */
    public String scores() {
        return "scores." + after;
    }

    /** Name of the confidence among a network's outputs: [batch, 1], or for tokens [batch, tokens, 1]. */
    public String confidences() {
        return "confidences." + after;
    }

    /** Name of the place behind it where a network can be cut. */
    public String cut() {
        return "exit." + after;
    }
}
