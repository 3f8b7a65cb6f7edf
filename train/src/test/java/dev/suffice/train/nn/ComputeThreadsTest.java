package dev.suffice.train.nn;

import static org.assertj.core.api.Assertions.assertThat;

import org.bytedeco.openblas.global.openblas;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

final class ComputeThreadsTest {
    @Test
    void matrixProductsHaveAsManyAsTheRest() {
        ComputeThreads.use(2);
        assertThat(torch.get_num_threads()).isEqualTo(2);
        assertThat(openblas.blas_get_num_threads()).isEqualTo(2);
        ComputeThreads.use(1);
        assertThat(torch.get_num_threads()).isEqualTo(1);
        assertThat(openblas.blas_get_num_threads()).isEqualTo(1);
    }
}
