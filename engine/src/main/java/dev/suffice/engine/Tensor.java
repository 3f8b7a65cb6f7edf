package dev.suffice.engine;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Objects;

/**
 * Elements in native memory, row-major, little-endian. A tensor made by {@code allocate} or {@code of} owns its memory
 * and frees it on {@link #close()}; one made by {@link #view} borrows the segment, whose owner must outlive it. The
 * memory may be read and written by many threads; the caller orders them.
 */
public final class Tensor implements AutoCloseable {
    /** Alignment of owned memory, in bytes: a cache line, and the widest vector. */
    private static final long ALIGNMENT = 64;

    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final ElementType type;
    private final Shape shape;
    private final MemorySegment data;
    private final Runnable free;

    private Tensor(ElementType type, Shape shape, MemorySegment data, Runnable free) {
        this.type = type;
        this.shape = shape;
        this.data = data;
        this.free = free;
    }

    /** A tensor of zeros that owns its memory. */
    @SuppressWarnings("MustBeClosedChecker") // the tensor owns the arena and closes it
    public static Tensor allocate(ElementType type, Shape shape) {
        var arena = Arena.ofShared();
        var bytes = Math.multiplyExact(shape.elements(), (long) type.byteSize());
        return new Tensor(type, shape, arena.allocate(bytes, ALIGNMENT), arena::close);
    }

    /** A float tensor that owns a copy of the values. */
    public static Tensor of(float[] values, Shape shape) {
        checkCount(values.length, shape);
        var tensor = allocate(ElementType.FLOAT32, shape);
        tensor.copyFrom(values);
        return tensor;
    }

    /** A 64-bit integer tensor that owns a copy of the values. */
    public static Tensor of(long[] values, Shape shape) {
        checkCount(values.length, shape);
        var tensor = allocate(ElementType.INT64, shape);
        MemorySegment.copy(values, 0, tensor.data, LONG, 0, values.length);
        return tensor;
    }

    /**
     * A tensor over memory that somebody else owns; closing it frees nothing.
     *
     * @throws IllegalArgumentException if the segment is not native or not exactly the size of the shape
     */
    public static Tensor view(MemorySegment data, ElementType type, Shape shape) {
        var bytes = Math.multiplyExact(shape.elements(), (long) type.byteSize());
        if (!data.isNative() || data.byteSize() != bytes) {
            throw new IllegalArgumentException("memory of %d bytes for %s %s: expected %d bytes of native memory"
                    .formatted(data.byteSize(), type, shape, bytes));
        }
        return new Tensor(type, shape, data, () -> {});
    }

    /**
     * Some rows, along the first axis, in this tensor's memory, which must outlive them; closing them frees nothing.
     *
     * @throws IndexOutOfBoundsException if there are no such rows
     */
    public Tensor rows(long from, long count) {
        var sizes = shape.toArray();
        Objects.checkFromIndexSize(from, count, sizes.length == 0 ? 0 : sizes[0]);
        var bytes = sizes[0] == 0 ? 0 : data.byteSize() / sizes[0];
        sizes[0] = count;
        return new Tensor(type, Shape.of(sizes), data.asSlice(from * bytes, count * bytes), () -> {});
    }

    /** Element type. */
    public ElementType type() {
        return type;
    }

    /** Shape. */
    public Shape shape() {
        return shape;
    }

    /** The memory itself. */
    public MemorySegment data() {
        return data;
    }

    /**
     * Writes all values.
     *
     * @throws IllegalArgumentException if the count differs or the type is not FLOAT32
     */
    public void copyFrom(float[] values) {
        checkType(ElementType.FLOAT32);
        checkCount(values.length, shape);
        MemorySegment.copy(values, 0, data, FLOAT, 0, values.length);
    }

    /**
     * Reads all values into the array.
     *
     * @throws IllegalArgumentException if the count differs or the type is not FLOAT32
     */
    public void copyTo(float[] values) {
        checkType(ElementType.FLOAT32);
        checkCount(values.length, shape);
        MemorySegment.copy(data, FLOAT, 0, values, 0, values.length);
    }

    /** All values of a FLOAT32 tensor, a copy on the heap. */
    public float[] toFloatArray() {
        var values = new float[Math.toIntExact(shape.elements())];
        copyTo(values);
        return values;
    }

    /** Frees owned memory. A second close, and a use afterwards, throw {@link IllegalStateException}. */
    @Override
    public void close() {
        free.run();
    }

    @Override
    public String toString() {
        return type + " " + shape;
    }

    private void checkType(ElementType expected) {
        if (type != expected) {
            throw new IllegalArgumentException("tensor of %s: expected %s".formatted(type, expected));
        }
    }

    private static void checkCount(long count, Shape shape) {
        if (count != shape.elements()) {
            throw new IllegalArgumentException(
                    "%d values for shape %s: expected %d".formatted(count, shape, shape.elements()));
        }
    }
}
