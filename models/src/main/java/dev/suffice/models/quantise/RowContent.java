package dev.suffice.models.quantise;

import dev.suffice.models.safetensors.SafetensorsWriter;
import java.nio.ByteBuffer;

/** Writes the rows of a matrix, of whatever kind, as 32-bit floats. Not thread-safe. */
public final class RowContent implements SafetensorsWriter.Content {
    private final MatrixRows matrix;
    private final float[] row;
    private long known = -1;

    /** The numbers of a matrix. */
    public RowContent(MatrixRows matrix) {
        this.matrix = matrix;
        this.row = new float[matrix.columns()];
    }

    @Override
    public void fill(long firstElement, ByteBuffer buffer) {
        for (long element = firstElement; buffer.hasRemaining(); element++) {
            long wanted = element / row.length;
            if (wanted != known) {
                matrix.read(wanted, row);
                known = wanted;
            }
            buffer.putFloat(row[(int) (element % row.length)]);
        }
    }
}
