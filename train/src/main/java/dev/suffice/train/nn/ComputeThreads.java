package dev.suffice.train.nn;

import org.bytedeco.openblas.global.openblas;
import org.bytedeco.pytorch.global.torch;

/** The threads that libtorch computes with, for the whole process. */
public final class ComputeThreads {
    private ComputeThreads() {}

    /**
     * Sets their number, for libtorch's own kernels and for its matrix products: OpenBLAS keeps threads of its own, as many as there are
     * processors, and does not hear what libtorch is told.
     *
     * @param count at least 1
     */
    public static void use(int count) {
        torch.set_num_threads(count);
        openblas.blas_set_num_threads(count);
    }
}
