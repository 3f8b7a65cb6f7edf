package dev.suffice.train.nn;

import org.bytedeco.pytorch.Tensor;

/** One named parameter of a network; its tensor exists once the {@link Parameters} it belongs to are allocated. */
public final class Parameter implements Weight {
    private final Parameters owner;
    private final String name;
    private final long[] shape;
    private final Init init;
    private final long fanIn;
    private final int index;

    Parameter(Parameters owner, int index, String name, long[] shape, Init init, long fanIn) {
        this.owner = owner;
        this.index = index;
        this.name = name;
        this.shape = shape.clone();
        this.init = init;
        this.fanIn = fanIn;
    }

    @Override
    public String name() {
        return name;
    }

    /** The shape of the parameter in the model file (convolutions: out, in, height, width). */
    @Override
    public long[] shape() {
        return shape.clone();
    }

    /** The number of values. */
    public long count() {
        long count = 1;
        for (long side : shape) {
            count *= side;
        }
        return count;
    }

    /** Sets the master values; call {@link Parameters#refresh()} after the last parameter. */
    @Override
    public void write(float[] values) {
        owner.write(this, values);
    }

    /** The tensor to compute with, a leaf that collects gradients. */
    @Override
    public Tensor tensor() {
        return owner.tensor(index);
    }

    Init init() {
        return init;
    }

    long fanIn() {
        return fanIn;
    }

    /** Weight decay is for matrices and filters, not for biases and normalisation scales. */
    boolean decays() {
        return shape.length > 1;
    }
}
