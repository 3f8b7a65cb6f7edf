package dev.suffice.models.gguf;

import dev.suffice.models.quantise.MatrixRows;
import java.lang.foreign.MemorySegment;
import java.util.function.LongUnaryOperator;

/** Rows of a tensor of a GGUF file, in an order of one's own. */
final class GgufRows implements MatrixRows {
    private final GgufTensor tensor;
    private final MemorySegment data;
    private final BlockDecoder decoder;
    private final LongUnaryOperator order;

    /**
     * Reads a tensor of two axes.
     *
     * @param data its bytes
     * @param order from the row that is asked for to that of the file
     */
    GgufRows(GgufTensor tensor, MemorySegment data, LongUnaryOperator order) {
        this.tensor = tensor;
        this.data = data;
        this.decoder = tensor.decoder();
        this.order = order;
    }

    @Override
    public String name() {
        return tensor.name();
    }

    @Override
    public long rows() {
        return tensor.shape().elements() / tensor.rowSize();
    }

    @Override
    public int columns() {
        return Math.toIntExact(tensor.rowSize());
    }

    @Override
    public void read(long row, float[] target) {
        int blocks = Math.toIntExact(tensor.rowBlocks());
        decoder.decode(data, order.applyAsLong(row) * blocks, blocks, target, 0);
    }
}
