package dev.suffice.train.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

final class AdamWTest {
    /** Two steps against the published algorithm written out for one number at a time. */
    @Test
    void followsTheAlgorithm() {
        double[] weights = {0.5, -2, 3};
        double[] gradient = {0.1, -0.2, 0.05};
        double[] m = new double[3];
        double[] v = new double[3];
        double[] average = weights.clone();
        try (var parameters = new Parameters()) {
            Parameter matrix = parameters.declare("matrix", Init.ZERO, 2, 1, 2);
            Parameter bias = parameters.declare("bias", Init.ZERO, 1, 1);
            parameters.allocate(0, Precision.FLOAT32);
            parameters.write(matrix, new float[] {0.5f, -2});
            parameters.write(bias, new float[] {3});
            try (var optimiser = new AdamW(parameters, 0.9, 0.99, 0.1, 100, 0.5)) {
                for (int step = 1; step <= 2; step++) {
                    try (var _ = new PointerScope()) {
                        Tensor product = matrix.tensor()
                                .mul(Tensor.create(new float[] {0.1f, -0.2f}, 1, 2))
                                .sum();
                        product.add(bias.tensor().mul(new Scalar(0.05)).sum()).backward();
                    }
                    double norm = optimiser.step(0.01);
                    assertThat(norm).isCloseTo(Math.sqrt(0.01 + 0.04 + 0.0025), within(1e-6));
                    for (int i = 0; i < 3; i++) {
                        weights[i] *= i < 2 ? 1 - 0.01 * 0.1 : 1;
                        m[i] = 0.9 * m[i] + 0.1 * gradient[i];
                        v[i] = 0.99 * v[i] + 0.01 * gradient[i] * gradient[i];
                        double mHat = m[i] / (1 - Math.pow(0.9, step));
                        double vHat = v[i] / (1 - Math.pow(0.99, step));
                        weights[i] -= 0.01 * mHat / (Math.sqrt(vHat) + 1e-8);
                        double decay = Math.min(0.5, (1.0 + step) / (10 + step));
                        average[i] = decay * average[i] + (1 - decay) * weights[i];
                    }
                }
                float[] got = parameters.read(matrix, parameters.master());
                assertThat(got[0]).isCloseTo((float) weights[0], within(1e-6f));
                assertThat(got[1]).isCloseTo((float) weights[1], within(1e-6f));
                assertThat(parameters.read(bias, parameters.master())[0]).isCloseTo((float) weights[2], within(1e-6f));
                assertThat(parameters.read(bias, optimiser.average())[0]).isCloseTo((float) average[2], within(1e-6f));
            }
        }
    }

    @Test
    void withoutAnAverageTheWeightsStandForIt() {
        try (var parameters = new Parameters()) {
            Parameter bias = parameters.declare("bias", Init.ZERO, 1, 2);
            parameters.allocate(0, Precision.FLOAT32);
            try (var optimiser = new AdamW(parameters, 0.9, 0.99, 0, 1, 0)) {
                try (var _ = new PointerScope()) {
                    bias.tensor().sum().backward();
                }
                optimiser.step(0.1);
                assertThat(optimiser.averages()).isFalse();
                assertThat(parameters.read(bias, optimiser.average()))
                        .isEqualTo(parameters.read(bias, parameters.master()))
                        .doesNotContain(0);
            }
        }
    }

    /** The average starts from the weights at construction; a gradient longer than the limit is scaled down to it. */
    @Test
    void clipsAndSkipsBrokenGradients() {
        try (var parameters = new Parameters()) {
            Parameter bias = parameters.declare("bias", Init.ZERO, 1, 2);
            parameters.allocate(0, Precision.FLOAT32);
            try (var optimiser = new AdamW(parameters, 0.9, 0.99, 0, 1, 0.5)) {
                try (var _ = new PointerScope()) {
                    bias.tensor().mul(new Scalar(30)).sum().backward();
                }
                optimiser.step(0);
                assertThat(parameters.read(bias, optimiser.momentum())[0])
                        .isCloseTo((float) (0.1 / Math.sqrt(2)), within(1e-6f));
                try (var _ = new PointerScope()) {
                    bias.tensor().mul(new Scalar(Double.NaN)).sum().backward();
                }
                assertThat(optimiser.step(1)).isNaN();
                assertThat(parameters.read(bias, parameters.master())).containsExactly(0, 0);
                assertThat(optimiser.steps()).isEqualTo(2);
            }
        }
    }
}
