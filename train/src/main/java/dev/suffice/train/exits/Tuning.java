package dev.suffice.train.exits;

import dev.suffice.core.InvalidRequestException;

/** What of the encoder is trained. */
public sealed interface Tuning {
    /** All its weights; the result is a model of its own. */
    record Full() implements Tuning {}

    /**
     * Adapters of low rank beside its linear layers (LoRA, Hu et al. 2022); its weights stay as they are, and the result is small.
     *
     * @param rank 1..1024
     * @param alpha above 0; the adapters' product is multiplied with alpha / rank
     */
    record Lora(int rank, double alpha) implements Tuning {
        /** Rank 16, alpha 32. */
        public static final Lora DEFAULT = new Lora(16, 32);

        /** @throws InvalidRequestException if a value is out of range */
        public Lora {
            if (rank < 1 || rank > 1024) {
                throw new InvalidRequestException("LoRA rank %d: must be between 1 and 1024".formatted(rank));
            }
            if (!(alpha > 0) || Double.isInfinite(alpha)) {
                throw new InvalidRequestException("LoRA alpha %s: must be above 0".formatted(alpha));
            }
        }
    }
}
