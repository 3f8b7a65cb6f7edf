package dev.suffice.models.quantise;

import dev.suffice.engine.Shape;
import dev.suffice.models.safetensors.StoredTensor;
import java.lang.foreign.MemorySegment;

/** A stored matrix seen with rows and columns changed: a row is a column of what is stored. Not thread-safe. */
public final class TransposedRows implements MatrixRows {
    /** Columns that are taken over at once; each costs the reading of a cache line in every stored row. */
    private static final int BAND = 16;

    private final StoredRows elements;
    private final long storedRows;
    private final int storedColumns;
    private final float[] element = new float[1];
    private final float[][] band;
    private long bandStart = -BAND;

    /**
     * Reads a tensor of two axes.
     *
     * @param data its bytes
     * @throws dev.suffice.models.ModelException as {@link StoredRows}
     */
    public TransposedRows(StoredTensor tensor, MemorySegment data) {
        var stored = new StoredRows(tensor, data);
        this.storedRows = stored.rows();
        this.storedColumns = stored.columns();
        this.elements = new StoredRows(
                new StoredTensor(
                        tensor.name(),
                        tensor.type(),
                        Shape.of(tensor.shape().elements(), 1),
                        tensor.file(),
                        tensor.offset(),
                        tensor.length()),
                data);
        this.band = new float[BAND][Math.toIntExact(storedRows)];
    }

    @Override
    public String name() {
        return elements.name();
    }

    @Override
    public long rows() {
        return storedColumns;
    }

    @Override
    public int columns() {
        return band[0].length;
    }

    @Override
    public void read(long row, float[] target) {
        if (row < bandStart || row >= bandStart + BAND) {
            fill(row / BAND * BAND);
        }
        System.arraycopy(band[(int) (row - bandStart)], 0, target, 0, columns());
    }

    private void fill(long start) {
        bandStart = start;
        int count = (int) Math.min(BAND, storedColumns - start);
        for (int column = 0; column < storedRows; column++) {
            for (int i = 0; i < count; i++) {
                elements.read(column * (long) storedColumns + start + i, element);
                band[i][column] = element[0];
            }
        }
    }
}
