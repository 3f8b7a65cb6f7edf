package dev.suffice.models.quantise;

import dev.suffice.core.Cancellation;
import dev.suffice.engine.ElementType;
import dev.suffice.engine.Shape;
import dev.suffice.models.ModelException;
import dev.suffice.models.safetensors.SafetensorsWriter;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;

/**
 * Quantises a matrix to 8 bits with one scale for each of its rows, for inputs that are quantised to 8 bits with one fixed scale: then products of whole numbers are all that is to be
 * computed, and several inputs at once cost little more than one. That wants inputs without outliers, as normalised and {@link Rotation rotated} vectors are. The
 * numbers are written column by column, as the engine reads them; part of the matrix lies in native memory meanwhile. Not thread-safe.
 */
public final class ChannelQuantiser {
    /** Behind a matrix' path: INT8 [columns, rows]. */
    public static final String NUMBERS = ".int8";

    /** Behind the same path: what a number of each row stands for, FLOAT32 [rows]. */
    public static final String SCALES = ".channel_scales";

    /** Behind the same path: of what is multiplied with it, see {@link InputScale#write}. */
    public static final String INPUT = ".input";

    /**
     * For inputs whose root mean square is 1 and whose elements are spread like a normal distribution: 127 stands for 3.75, where what is cut off and what is rounded lose about the
     * same.
     */
    public static final InputScale NORMALISED = InputScale.symmetric(3.75f / 127);

    private static final long PART_BYTES = 64 << 20;

    private final MatrixRows matrix;
    private final NativeScratch scratch;
    private final Cancellation cancellation;
    private final float[] row;

    private ChannelQuantiser(MatrixRows matrix, NativeScratch scratch, Cancellation cancellation) {
        this.matrix = matrix;
        this.scratch = scratch;
        this.cancellation = cancellation;
        this.row = new float[matrix.columns()];
    }

    /**
     * Declares the tensors of a quantised matrix.
     *
     * @param path without the ending {@code .weight}
     * @param input what the numbers of the input stand for
     * @param scratch what part of the matrix lies in while the file is written
     * @param cancellation looked at before each row
     */
    public static void add(
            SafetensorsWriter writer,
            String path,
            MatrixRows matrix,
            InputScale input,
            NativeScratch scratch,
            Cancellation cancellation) {
        var quantiser = new ChannelQuantiser(matrix, scratch, cancellation);
        writer.tensor(
                path + NUMBERS,
                ElementType.INT8,
                Shape.of(matrix.columns(), matrix.rows()),
                quantiser.new Columns()::fill);
        writer.tensor(path + SCALES, ElementType.FLOAT32, Shape.of(matrix.rows()), quantiser::fillScales);
        input.write(writer, path + INPUT);
    }

    /** Reads a row; what its numbers stand for. */
    private float load(long wanted) {
        cancellation.check();
        matrix.read(wanted, row);
        float largest = 0;
        for (var value : row) {
            if (!Float.isFinite(value)) {
                throw new ModelException(
                        "tensor %s: row %d: not a number; the file is damaged".formatted(matrix.name(), wanted));
            }
            largest = Math.max(largest, Math.abs(value));
        }
        return largest / 127;
    }

    private void fillScales(long first, ByteBuffer buffer) {
        for (long i = first; buffer.hasRemaining(); i++) {
            buffer.putFloat(load(i));
        }
    }

    /** Some columns at a time, as many as fit into a part. */
    private final class Columns {
        private final int most = Math.clamp(PART_BYTES / matrix.rows(), 1, matrix.columns());
        private int from;
        private int to;
        private MemorySegment part = MemorySegment.NULL;
        private int turn = -1;

        void fill(long first, ByteBuffer buffer) {
            long rows = matrix.rows();
            long at = first;
            while (buffer.hasRemaining()) {
                if (at / rows >= to || turn != scratch.turn()) {
                    load((int) (at / rows));
                }
                long within = at - from * rows;
                int count = (int) Math.min(buffer.remaining(), (to - from) * rows - within);
                buffer.put(part.asSlice(within, count).asByteBuffer());
                at += count;
            }
        }

        private void load(int column) {
            from = column;
            to = Math.min(matrix.columns(), column + most);
            part = scratch.take((to - from) * matrix.rows());
            turn = scratch.turn();
            for (long i = 0; i < matrix.rows(); i++) {
                float scale = ChannelQuantiser.this.load(i);
                for (int k = from; k < to; k++) {
                    int number = scale == 0 ? 0 : Math.clamp(Math.round(row[k] / scale), -127, 127);
                    part.set(ValueLayout.JAVA_BYTE, (k - from) * matrix.rows() + i, (byte) number);
                }
            }
        }
    }
}
