package dev.suffice.models.quantise;

import dev.suffice.engine.Shape;
import dev.suffice.models.ModelException;
import dev.suffice.models.safetensors.SafetensorsFile;
import dev.suffice.models.safetensors.StoredTensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Rows of a tensor of a safetensors file: FLOAT32, FLOAT16 or BFLOAT16. */
public final class StoredRows implements MatrixRows {
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final StoredTensor tensor;
    private final MemorySegment data;
    private final int columns;

    /**
     * Reads a tensor of two axes.
     *
     * @param data its bytes
     * @throws ModelException if it has another type or other axes
     */
    public StoredRows(StoredTensor tensor, MemorySegment data) {
        switch (tensor.type()) {
            case FLOAT32, FLOAT16, BFLOAT16 -> {}
            default ->
                throw new ModelException("%s: tensor %s: %s: only FLOAT32, FLOAT16 and BFLOAT16 can be quantised"
                        .formatted(tensor.file(), tensor.name(), tensor.type()));
        }
        if (tensor.shape().rank() != 2) {
            throw new ModelException("%s: tensor %s: shape %s: must have two axes"
                    .formatted(tensor.file(), tensor.name(), tensor.shape()));
        }
        this.tensor = tensor;
        this.data = data;
        this.columns = Math.toIntExact(tensor.shape().size(1));
    }

    /**
     * The numbers of a tensor of any shape.
     *
     * @throws ModelException if it has another type
     */
    public static float[] values(StoredTensor tensor) {
        int size = Math.toIntExact(tensor.shape().elements());
        var row = new StoredTensor(
                tensor.name(), tensor.type(), Shape.of(1, size), tensor.file(), tensor.offset(), tensor.length());
        var values = new float[size];
        try (var arena = Arena.ofConfined()) {
            new StoredRows(row, SafetensorsFile.map(tensor, arena)).read(0, values);
        }
        return values;
    }

    @Override
    public String name() {
        return tensor.name();
    }

    @Override
    public long rows() {
        return tensor.shape().size(0);
    }

    @Override
    public int columns() {
        return columns;
    }

    @Override
    public void read(long row, float[] target) {
        long from = row * columns * tensor.type().byteSize();
        for (int i = 0; i < columns; i++) {
            target[i] = switch (tensor.type()) {
                case FLOAT32 -> data.get(FLOAT, from + (long) i * Float.BYTES);
                case FLOAT16 -> Float.float16ToFloat(data.get(SHORT, from + (long) i * Short.BYTES));
                default -> Float.intBitsToFloat(data.get(SHORT, from + (long) i * Short.BYTES) << 16);
            };
        }
    }
}
