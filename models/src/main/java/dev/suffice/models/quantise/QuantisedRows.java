package dev.suffice.models.quantise;

import dev.suffice.models.ModelException;
import dev.suffice.models.safetensors.SafetensorsFile;
import dev.suffice.models.safetensors.StoredTensor;
import dev.suffice.models.safetensors.Weights;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Rows of a matrix that {@link BlockQuantiser} has written, as numbers. Immutable; thread-safe. */
public final class QuantisedRows implements MatrixRows {
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final StoredTensor packed;
    private final MemorySegment numbers;
    private final MemorySegment scales;
    private final BlockFormat format;
    private final int columns;

    private QuantisedRows(
            StoredTensor packed, MemorySegment numbers, MemorySegment scales, BlockFormat format, int columns) {
        this.packed = packed;
        this.numbers = numbers;
        this.scales = scales;
        this.format = format;
        this.columns = columns;
    }

    /**
     * Rows of a matrix, quantised or not, which stay mapped as long as the arena is open.
     *
     * @param path without an ending
     * @throws ModelException if there is no such matrix of so many columns
     */
    public static MatrixRows open(Weights weights, String path, int columns, Arena arena) {
        var plain = weights.find(path + ".weight");
        if (plain.isPresent()) {
            return new StoredRows(plain.get(), SafetensorsFile.map(plain.get(), arena));
        }
        var packed = find(weights, path + BlockQuantiser.PACKED);
        var scales = find(weights, path + BlockQuantiser.SCALES);
        long blocks = scales.shape().size(scales.shape().rank() - 1);
        long bytes = packed.shape().size(packed.shape().rank() - 1);
        var format = BlockFormat.of(blocks, bytes, columns)
                .orElseThrow(() -> new ModelException("%s: tensor %s: shape %s: not one of %d columns in blocks"
                        .formatted(packed.file(), packed.name(), packed.shape(), columns)));
        return new QuantisedRows(
                packed, SafetensorsFile.map(packed, arena), SafetensorsFile.map(scales, arena), format, columns);
    }

    private static StoredTensor find(Weights weights, String name) {
        return weights.find(name)
                .orElseThrow(() -> new ModelException("%s: tensor %s: missing".formatted(weights.folder(), name)));
    }

    @Override
    public String name() {
        return packed.name();
    }

    @Override
    public long rows() {
        return packed.shape().size(0);
    }

    @Override
    public int columns() {
        return columns;
    }

    @Override
    public void read(long row, float[] target) {
        int blocks = format.blocks(columns);
        long from = row * blocks * format.bytes();
        for (int i = 0; i < columns; i++) {
            int block = i / format.block();
            int at = i % format.block();
            long start = from + (long) block * format.bytes();
            int number = format.bits() == 8
                    ? numbers.get(ValueLayout.JAVA_BYTE, start + at) & 0xff
                    : (numbers.get(ValueLayout.JAVA_BYTE, start + at / 2) >> (4 * (at % 2))) & 0xf;
            target[i] = (number - format.half()) * scales.get(FLOAT, (row * blocks + block) * Float.BYTES);
        }
    }
}
