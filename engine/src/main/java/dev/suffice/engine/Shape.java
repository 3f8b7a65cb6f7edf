package dev.suffice.engine;

import java.util.Arrays;

/** The sizes of a tensor's axes, outermost first. Immutable. */
public final class Shape {
    private final long[] sizes;
    private final long elements;

    private Shape(long[] sizes) {
        long count = 1;
        for (var size : sizes) {
            if (size < 0) {
                throw new IllegalArgumentException(
                        "shape %s: sizes must not be negative".formatted(Arrays.toString(sizes)));
            }
            count = Math.multiplyExact(count, size);
        }
        this.sizes = sizes;
        this.elements = count;
    }

    /**
     * A shape.
     *
     * @throws IllegalArgumentException if a size is negative
     * @throws ArithmeticException if the number of elements does not fit a long
     */
    public static Shape of(long... sizes) {
        return new Shape(sizes.clone());
    }

    /** Number of axes; 0 for a scalar. */
    public int rank() {
        return sizes.length;
    }

    /** Size of an axis, counted from 0. */
    public long size(int axis) {
        return sizes[axis];
    }

    /** Product of the sizes; 1 for a scalar. */
    public long elements() {
        return elements;
    }

    /** The sizes, a copy. */
    public long[] toArray() {
        return sizes.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Shape shape && Arrays.equals(sizes, shape.sizes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(sizes);
    }

    @Override
    public String toString() {
        return Arrays.toString(sizes);
    }
}
