package dev.suffice.train.nn;

import org.bytedeco.pytorch.Tensor;

/** A named tensor of a network: trained, or constant. */
public sealed interface Weight permits Parameter, Constants.Constant {
    /** The name in the model file. */
    String name();

    /** The shape in the model file. */
    long[] shape();

    /**
     * Sets it from values in the order of the model file.
     *
     * @throws IllegalArgumentException if there are more or fewer than the shape says
     */
    void write(float[] values);

    /** The tensor to compute with. */
    Tensor tensor();
}
