package dev.suffice.models.quantise;

import dev.suffice.core.Cancellation;
import dev.suffice.engine.ElementType;
import dev.suffice.engine.Shape;
import dev.suffice.models.ModelException;
import dev.suffice.models.safetensors.SafetensorsWriter;
import java.nio.ByteBuffer;

/**
 * Quantises the filters of a convolution to 8 bits with one scale for each of them, for an input and an output of 8 bits with one fixed scale each: products of whole numbers, whose
 * sums become 8 bits again (Jacob et al. 2018). Not thread-safe.
 */
public final class FilterQuantiser {
    /** Behind a convolution's path: INT8 [channels, C, k, k]. */
    public static final String NUMBERS = ".filters_int8";

    /** Behind the same path: what a number of each filter stands for, FLOAT32 [channels]. */
    public static final String SCALES = ".filter_scales";

    /** Behind the same path: INT32 [channels], of which each stands for the input's scale times the filter's. */
    public static final String BIAS = ".bias_int32";

    /** Behind the same path: of what the convolution reads, see {@link InputScale#write}. */
    public static final String INPUT = ".input";

    /** Behind the same path: of what it makes. */
    public static final String OUTPUT = ".output";

    private static final int LARGEST = 127;

    /** So that the sum of products and bias does not overflow. */
    private static final double LARGEST_BIAS = 1 << 30;

    private final MatrixRows filters;
    private final float[] bias;
    private final InputScale input;
    private final Cancellation cancellation;
    private final float[] filter;
    private final float[] scales;

    private FilterQuantiser(MatrixRows filters, float[] bias, InputScale input, Cancellation cancellation) {
        this.filters = filters;
        this.bias = bias;
        this.input = input;
        this.cancellation = cancellation;
        this.filter = new float[filters.columns()];
        this.scales = new float[Math.toIntExact(filters.rows())];
    }

    /**
     * Declares the tensors of a quantised convolution.
     *
     * @param path without the ending {@code .weight}
     * @param filters one a row
     * @param shape of all, [channels, C, k, k]
     * @param bias of each
     * @param input what the numbers of the input stand for
     * @param output what those of the output stand for
     * @param cancellation looked at before each filter
     * @throws ModelException if a number is not finite; the file is damaged
     */
    public static void add(
            SafetensorsWriter writer,
            String path,
            MatrixRows filters,
            Shape shape,
            float[] bias,
            InputScale input,
            InputScale output,
            Cancellation cancellation) {
        var quantiser = new FilterQuantiser(filters, bias, input, cancellation);
        for (int i = 0; i < quantiser.scales.length; i++) {
            quantiser.scales[i] = quantiser.scale(i);
        }
        writer.tensor(path + NUMBERS, ElementType.INT8, shape, quantiser::fill);
        writer.tensor(path + SCALES, Shape.of(filters.rows()), quantiser.scales);
        writer.tensor(path + BIAS, Shape.of(filters.rows()), quantiser.wholeBias());
        input.write(writer, path + INPUT);
        output.write(writer, path + OUTPUT);
    }

    /** Reads a filter; what its numbers stand for. */
    private float scale(int i) {
        cancellation.check();
        filters.read(i, filter);
        double largest = 0;
        for (var value : filter) {
            if (!Float.isFinite(value)) {
                throw damaged("filter", i);
            }
            largest = Math.max(largest, Math.abs(value));
        }
        if (!Float.isFinite(bias[i])) {
            throw damaged("bias of filter", i);
        }
        double enough = Math.max(largest / LARGEST, Math.abs(bias[i]) / (input.scale() * LARGEST_BIAS));
        return (float) Math.max(enough, Float.MIN_NORMAL);
    }

    private ModelException damaged(String what, int i) {
        return new ModelException(
                "tensor %s: %s %d: not a number; the file is damaged".formatted(filters.name(), what, i));
    }

    private int[] wholeBias() {
        var whole = new int[bias.length];
        for (int i = 0; i < whole.length; i++) {
            whole[i] = (int) Math.rint(bias[i] / ((double) input.scale() * scales[i]));
        }
        return whole;
    }

    private void fill(long first, ByteBuffer buffer) {
        int columns = filters.columns();
        long at = first;
        while (buffer.hasRemaining()) {
            int row = (int) (at / columns);
            filters.read(row, filter);
            for (int k = (int) (at % columns); k < columns && buffer.hasRemaining(); k++, at++) {
                buffer.put((byte) Math.clamp(Math.round(filter[k] / scales[row]), -LARGEST, LARGEST));
            }
        }
    }
}
