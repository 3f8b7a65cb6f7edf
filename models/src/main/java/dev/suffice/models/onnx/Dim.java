package dev.suffice.models.onnx;

/** Size of an axis while a graph is built: known, or given when the graph runs. */
public sealed interface Dim {
    /** The size, or for a symbol the size that operations are counted for. */
    long nominal();

    /**
     * Known.
     *
     * @param size at least 0
     */
    record Fixed(long size) implements Dim {
        @Override
        public long nominal() {
            return size;
        }

        @Override
        public String toString() {
            return Long.toString(size);
        }
    }

    /**
     * Given by the inputs of a run.
     *
     * @param name axes with the same name have the same size
     * @param nominal what floating-point operations are counted for
     */
    record Symbol(String name, long nominal) implements Dim {
        @Override
        public String toString() {
            return name;
        }
    }

    /** A known size. */
    static Dim of(long size) {
        return new Fixed(size);
    }
}
