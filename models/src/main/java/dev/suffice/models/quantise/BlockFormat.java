package dev.suffice.models.quantise;

import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * How a row is quantised: in blocks, a number q of which stands for (q - 2^(bits - 1)) x the block's scale. A last block that is not full is filled up with
 * zeros.
 *
 * @param bits 4 or 8
 * @param block numbers that share a scale: 16, 32, 64, 128 or 256
 */
public record BlockFormat(int bits, int block) {
    /** Key of a {@code config.json} that says that weights are quantised, as transformers calls it. */
    public static final String MARK = "quantization_config";

    private static final int CANDIDATES = 9;

    /** Checks the ranges. */
    public BlockFormat {
        if ((bits != 4 && bits != 8) || block < 16 || block > 256 || Integer.bitCount(block) != 1) {
            throw new IllegalArgumentException(
                    "%d bits in blocks of %d: must be 4 or 8 bits in blocks of 16, 32, 64, 128 or 256"
                            .formatted(bits, block));
        }
    }

    /**
     * The format of a stored matrix.
     *
     * @param blocks of a row
     * @param bytes of a block
     * @param columns of the matrix
     * @return empty if there is no such format
     */
    public static Optional<BlockFormat> of(long blocks, long bytes, long columns) {
        // 8 bits first: a row of one block of n could also be one of 4 bits in a block of 2 n, but blocks are never
        // twice as long as a row.
        for (int bits : new int[] {8, 4}) {
            long block = bytes * 8 / bits;
            if (block >= 16 && block <= 256 && Long.bitCount(block) == 1 && blocks == (columns + block - 1) / block) {
                return Optional.of(new BlockFormat(bits, (int) block));
            }
        }
        return Optional.empty();
    }

    /** Says in a configuration how the matrices are stored. */
    public void mark(ObjectNode config) {
        config.putObject(MARK).put("quant_method", "suffice").put("bits", bits).put("block_size", block);
    }

    /**
     * What a matrix of a language model gets: embedding and head 8 bits whatever the others have, for every token passes through them and what is lost there is not made up for.
     *
     * @param tensor its name in a folder
     */
    public BlockFormat of(String tensor) {
        return tensor.endsWith("embed_tokens.weight") || tensor.equals("lm_head.weight")
                ? new BlockFormat(8, block)
                : this;
    }

    /** The same with blocks that divide a row: the largest that do if these do not, but none below 16. */
    public BlockFormat fitting(int columns) {
        int divisor = Integer.lowestOneBit(columns);
        return divisor >= block ? this : new BlockFormat(bits, Math.max(16, divisor));
    }

    /** Bytes of a block without its scale. */
    public int bytes() {
        return block * bits / 8;
    }

    /** Blocks of a row. */
    public int blocks(int columns) {
        return (columns + block - 1) / block;
    }

    /**
     * The scale of a block. With 8 bits the largest number decides. With 4 bits the largest gets the one value more that there is below zero, and scales around that
     * are tried: the one with the least squared error wins.
     *
     * @param row numbers
     * @param from the block's first
     * @param to behind its last
     */
    public float scale(float[] row, int from, int to) {
        float largest = 0;
        for (int i = from; i < to; i++) {
            if (Math.abs(row[i]) > Math.abs(largest)) {
                largest = row[i];
            }
        }
        if (largest == 0) {
            return 0;
        }
        if (bits == 8) {
            return Math.abs(largest) / 127;
        }
        float best = largest / -8;
        double least = error(row, from, to, best);
        for (int k = 0; k < CANDIDATES && least > 0; k++) {
            float tried = largest / (-8 + 0.25f * (k - 4));
            double error = error(row, from, to, tried);
            if (error < least) {
                least = error;
                best = tried;
            }
        }
        return best;
    }

    private double error(float[] row, int from, int to, float scale) {
        double sum = 0;
        for (int i = from; i < to; i++) {
            double miss = row[i] - (quantised(row[i], scale) - half()) * scale;
            sum += miss * miss;
        }
        return sum;
    }

    /** What stands for zero. */
    public int half() {
        return 1 << (bits - 1);
    }

    /** What stands for a number, 0 to 2^bits - 1. */
    public int quantised(float value, float scale) {
        return scale == 0 ? half() : Math.clamp(Math.round(value / scale) + half(), 0, 2 * half() - 1);
    }
}
