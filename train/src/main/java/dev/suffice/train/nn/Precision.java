package dev.suffice.train.nn;

import org.bytedeco.pytorch.global.torch;

/** The number format that a network computes in; master weights and optimiser state are always 32-bit floats. */
public enum Precision {
    /** 32-bit floats throughout. */
    FLOAT32(torch.ScalarType.Float),
    /** Weights, activations and gradients in bfloat16: about twice as fast on CPUs with AVX512-BF16 or AMX. */
    BFLOAT16(torch.ScalarType.BFloat16);

    private final torch.ScalarType scalarType;

    Precision(torch.ScalarType scalarType) {
        this.scalarType = scalarType;
    }

    torch.ScalarType scalarType() {
        return scalarType;
    }
}
