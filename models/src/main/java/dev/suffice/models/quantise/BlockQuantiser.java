package dev.suffice.models.quantise;

import dev.suffice.core.Cancellation;
import dev.suffice.engine.ElementType;
import dev.suffice.engine.Shape;
import dev.suffice.models.ModelException;
import dev.suffice.models.safetensors.SafetensorsWriter;
import java.nio.ByteBuffer;

/**
 * Quantises a matrix into a file that is being written, row by row, so that neither the matrix nor the result has to fit into the heap. Not thread-safe.
 */
public final class BlockQuantiser {
    /** Behind a matrix' path: the numbers, UINT8 [rows, blocks, bytes of a block]; of two 4-bit numbers in a byte the first is in the lower half. */
    public static final String PACKED = ".qweight";

    /** Behind the same path: FLOAT32 [rows, blocks]. */
    public static final String SCALES = ".scales";

    private final MatrixRows matrix;
    private final BlockFormat format;
    private final Cancellation cancellation;
    private final float[] row;
    private final float[] scales;
    private long current = -1;

    private BlockQuantiser(MatrixRows matrix, BlockFormat format, Cancellation cancellation) {
        this.matrix = matrix;
        this.format = format;
        this.cancellation = cancellation;
        this.row = new float[matrix.columns()];
        this.scales = new float[format.blocks(matrix.columns())];
    }

    /**
     * Declares the two tensors of a quantised matrix.
     *
     * @param path without the ending {@code .weight}
     * @param cancellation looked at before each row
     */
    public static void add(
            SafetensorsWriter writer, String path, MatrixRows matrix, BlockFormat format, Cancellation cancellation) {
        int blocks = format.blocks(matrix.columns());
        var packed = new BlockQuantiser(matrix, format, cancellation);
        var scales = new BlockQuantiser(matrix, format, cancellation);
        writer.tensor(
                path + PACKED, ElementType.UINT8, Shape.of(matrix.rows(), blocks, format.bytes()), packed::fillPacked);
        writer.tensor(path + SCALES, ElementType.FLOAT32, Shape.of(matrix.rows(), blocks), scales::fillScales);
    }

    private void load(long wanted) {
        if (wanted == current) {
            return;
        }
        cancellation.check();
        matrix.read(wanted, row);
        for (var value : row) {
            if (!Float.isFinite(value)) {
                throw new ModelException(
                        "tensor %s: row %d: not a number; the file is damaged".formatted(matrix.name(), wanted));
            }
        }
        for (int b = 0; b < scales.length; b++) {
            scales[b] = format.scale(row, b * format.block(), end(b));
        }
        current = wanted;
    }

    private int end(int block) {
        return Math.min(row.length, (block + 1) * format.block());
    }

    private void fillScales(long first, ByteBuffer buffer) {
        for (long i = first; buffer.hasRemaining(); i++) {
            load(i / scales.length);
            buffer.putFloat(scales[(int) (i % scales.length)]);
        }
    }

    private void fillPacked(long first, ByteBuffer buffer) {
        long rowBytes = (long) scales.length * format.bytes();
        for (long i = first; buffer.hasRemaining(); i++) {
            load(i / rowBytes);
            int at = (int) (i % rowBytes);
            buffer.put((byte)
                    (format.bits() == 8
                            ? at(at, at / format.block())
                            : at(2 * at, 2 * at / format.block()) | at(2 * at + 1, 2 * at / format.block()) << 4));
        }
    }

    private int at(int column, int block) {
        return column < row.length ? format.quantised(row[column], scales[block]) : format.half();
    }
}
