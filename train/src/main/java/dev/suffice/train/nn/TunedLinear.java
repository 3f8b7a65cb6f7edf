package dev.suffice.train.nn;

import java.util.Optional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** A linear layer of a network that is there already, trained itself or by an adapter beside it. */
record TunedLinear(Weight weight, Weight bias, Optional<Adapter> adapter) {
    /** A [rank, in] and B [out, rank]. */
    record Adapter(Parameter down, Parameter up, double scale) {
        static Adapter declare(Parameters p, String name, int in, int out, LowRank rank) {
            return new Adapter(
                    p.declare(name + ".lora_A.weight", Init.UNIFORM, in, rank.rank(), in),
                    p.declare(name + ".lora_B.weight", Init.ZERO, rank.rank(), out, rank.rank()),
                    rank.scale());
        }
    }

    /** @param x [rows, in]; the result is [rows, out], which may be written into */
    Tensor apply(Tensor x) {
        Tensor y = torch.linear(x, weight.tensor(), new TensorOptional(bias.tensor()));
        if (adapter.isEmpty()) {
            return y;
        }
        // Beside the matrix and not added to it: the gradient of a sum W + B A is one of W's size, a third of all the
        // work.
        Adapter beside = adapter.get();
        Tensor narrow = torch.linear(x, beside.down().tensor());
        return y.addmm_(narrow, beside.up().tensor().t(), new Scalar(1.0), new Scalar(beside.scale()));
    }
}
