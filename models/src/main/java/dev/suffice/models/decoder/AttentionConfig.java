package dev.suffice.models.decoder;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * The attention of one layer.
 *
 * @param heads of queries
 * @param keyValueHeads shared by groups of them, a divisor
 * @param headSize elements of a head
 * @param scale of the products of queries and keys
 * @param rope empty if positions do not turn
 * @param window positions that are seen, with a position's own; empty for all
 */
public record AttentionConfig(
        int heads, int keyValueHeads, int headSize, double scale, Optional<Rope> rope, OptionalInt window) {
    /** Elements of a head as caches have them: the operator wants a multiple of 16; what is added is zero. */
    public int storedHeadSize() {
        int added = rope.map(turned -> turned.storedSize() - turned.size()).orElse(0);
        return (headSize + added + 15) / 16 * 16;
    }
}
