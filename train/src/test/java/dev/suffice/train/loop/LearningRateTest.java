package dev.suffice.train.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

final class LearningRateTest {
    @Test
    void aLineUpAndALineDown() {
        var rate = LearningRate.linear(2, 10);
        assertThat(rate.at(0, 0)).isCloseTo(0.2, within(1e-12));
        assertThat(rate.at(4, 0.1)).isCloseTo(2 * 0.5 * 0.9, within(1e-12));
        assertThat(rate.at(50, 0.5)).isCloseTo(1, within(1e-12));
        assertThat(rate.at(99, 0.999)).isCloseTo(0.04, within(1e-12));
        assertThat(LearningRate.linear(2, 0).at(0, 0)).isEqualTo(2);
    }

    @Test
    void halfACosine() {
        var rate = LearningRate.cosine(1, 4);
        assertThat(rate.at(0, 0)).isCloseTo(0.25, within(1e-12));
        assertThat(rate.at(50, 0.5)).isCloseTo(0.525, within(1e-12));
        assertThat(rate.at(100, 1)).isCloseTo(0.05, within(1e-12));
    }
}
