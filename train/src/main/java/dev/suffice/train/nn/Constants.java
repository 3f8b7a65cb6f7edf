package dev.suffice.train.nn;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/**
 * The tensors of a network that are not trained: they have neither gradients nor optimiser state. They lie in native memory of their
 * own, so that the file that they come from may be replaced while training goes on. Not thread-safe.
 */
public final class Constants implements AutoCloseable {
    private final List<Constant> declared = new ArrayList<>();

    /** Declares a tensor, whose values have to be written before the network computes. */
    Constant declare(String name, long... shape) {
        var constant = new Constant(name, shape);
        declared.add(constant);
        return constant;
    }

    @Override
    public void close() {
        for (Constant constant : declared) {
            constant.tensor.close();
        }
    }

    /** One constant tensor. */
    static final class Constant implements Weight {
        private final String name;
        private final long[] shape;
        private Tensor tensor = new Tensor();

        private Constant(String name, long[] shape) {
            this.name = name;
            this.shape = shape.clone();
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public long[] shape() {
            return shape.clone();
        }

        @Override
        public void write(float[] values) {
            long count = Arrays.stream(shape).reduce(1, Math::multiplyExact);
            if (values.length != count) {
                throw new IllegalArgumentException(
                        "constant " + name + ": " + values.length + " values, expected " + count);
            }
            try (var _ = new PointerScope()) {
                tensor.close();
                tensor = Tensor.create(values, shape).retainReference();
            }
        }

        @Override
        public Tensor tensor() {
            return tensor;
        }
    }
}
