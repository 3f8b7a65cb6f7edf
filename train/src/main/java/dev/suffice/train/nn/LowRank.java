package dev.suffice.train.nn;

/**
 * Adapters of low rank (LoRA, Hu et al. 2022): a linear layer's matrix W stays as it is, and the layer computes {@code (W + scale B A) x} with A [rank,
 * in] and B [out, rank], of which B starts at zero.
 *
 * @param rank of the product, at least 1
 * @param scale that the product is multiplied with
 */
public record LowRank(int rank, double scale) {}
