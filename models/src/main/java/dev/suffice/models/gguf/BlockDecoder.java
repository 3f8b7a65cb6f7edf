package dev.suffice.models.gguf;

import java.lang.foreign.MemorySegment;

/** Turns blocks of a tensor into numbers. Stateless. */
@FunctionalInterface
public interface BlockDecoder {
    /**
     * Decodes blocks that follow each other. A row is a whole number of blocks, so that row {@code r} of a tensor starts
     * with block {@code r} times the blocks of a row.
     *
     * @param source the tensor's bytes
     * @param firstBlock counted from the start of the source
     * @param blocks how many
     * @param target takes the type's block size of numbers for each block
     * @param at index in the target of the first number
     * @throws IndexOutOfBoundsException if the source has fewer blocks or the target less room
     */
    void decode(MemorySegment source, long firstBlock, int blocks, float[] target, int at);
}
