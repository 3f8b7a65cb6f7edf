package dev.suffice.train.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.suffice.train.loop.Checkpoint;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

final class DropoutTest {
    private static float[] dropped(double probability, long seed, long count) {
        try (var _ = new PointerScope()) {
            return Checkpoint.values(new Dropout(probability, seed).apply(torch.ones(new long[] {count})));
        }
    }

    @Test
    void zeroesTheShareAndScalesTheRest() {
        float[] values = dropped(0.1, 1, 100_003);
        int zeros = 0;
        for (float value : values) {
            if (value == 0) {
                zeros++;
            } else {
                assertThat(value).isCloseTo(1 / 0.9f, within(1e-6f));
            }
        }
        assertThat(zeros).isBetween(9_700, 10_300);
    }

    @Test
    void dependsOnTheSeedAlone() {
        assertThat(dropped(0.5, 3, 50)).isEqualTo(dropped(0.5, 3, 50)).isNotEqualTo(dropped(0.5, 4, 50));
        assertThat(dropped(0, 3, 5)).containsOnly(1);
    }

    @Test
    void gradientsPassWhereValuesDo() {
        try (var _ = new PointerScope()) {
            Tensor x = torch.ones(new long[] {40}).requires_grad_(true);
            Tensor y = new Dropout(0.5, 9).apply(x.add(new Scalar(0.0)));
            y.sum().backward();
            assertThat(Checkpoint.values(x.grad())).isEqualTo(Checkpoint.values(y.detach()));
        }
    }
}
