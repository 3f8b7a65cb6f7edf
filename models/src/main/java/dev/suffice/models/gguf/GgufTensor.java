package dev.suffice.models.gguf;

import dev.suffice.engine.Shape;
import dev.suffice.models.ModelException;
import java.nio.file.Path;

/**
 * A tensor in a GGUF file. The range lies inside the file, and each row is a whole number of blocks.
 *
 * @param name as in the file
 * @param type how its numbers are stored
 * @param shape row-major: the last axis is the one whose numbers follow each other
 * @param file the GGUF file
 * @param offset of the first byte, from the start of the file
 * @param length bytes
 */
public record GgufTensor(String name, GgufType type, Shape shape, Path file, long offset, long length) {
    /** The sizes in the order of the file: the numbers of a row first. */
    public long[] dimensions() {
        var sizes = shape.toArray();
        var reversed = new long[sizes.length];
        for (int i = 0; i < sizes.length; i++) {
            reversed[i] = sizes[sizes.length - 1 - i];
        }
        return reversed;
    }

    /** Numbers of a row; 1 for a scalar. */
    public long rowSize() {
        return shape.rank() == 0 ? 1 : shape.size(shape.rank() - 1);
    }

    /** Blocks of a row. */
    public long rowBlocks() {
        return rowSize() / type.blockSize();
    }

    /** Bytes of a row. */
    public long rowBytes() {
        return rowBlocks() * type.blockBytes();
    }

    /**
     * What turns its blocks into numbers.
     *
     * @throws ModelException if there is no decoder for its type
     */
    public BlockDecoder decoder() {
        return type.decoder()
                .orElseThrow(() -> new ModelException(
                        "%s: tensor %s: type %s: cannot be computed with; take a file whose tensors are of %s"
                                .formatted(file, name, type, GgufType.decodable())));
    }
}
