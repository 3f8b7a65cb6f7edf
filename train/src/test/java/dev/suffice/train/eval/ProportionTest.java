package dev.suffice.train.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ProportionTest {
    /** Published example: 15 of 148 has the 95% Wilson interval 0.0624 to 0.1605 (Newcombe 1998, table I). */
    @Test
    void wilsonIntervalEqualsThePublishedOne() {
        var proportion = new Proportion(15, 148);

        assertThat(proportion.low()).isEqualTo(0.0624, within(5e-5));
        assertThat(proportion.high()).isEqualTo(0.1605, within(5e-5));
    }

    /** The same table: 0 of 20 is 0 to 0.1611, 81 of 263 is 0.2553 to 0.3662. */
    @Test
    void wilsonIntervalAtTheEdgeAndInTheMiddle() {
        assertThat(new Proportion(0, 20).low()).isZero();
        assertThat(new Proportion(0, 20).high()).isEqualTo(0.1611, within(5e-5));
        assertThat(new Proportion(20, 20).low()).isEqualTo(1 - 0.1611, within(5e-5));
        assertThat(new Proportion(20, 20).high()).isEqualTo(1, within(1e-12));
        assertThat(new Proportion(81, 263).low()).isEqualTo(0.2553, within(5e-5));
        assertThat(new Proportion(81, 263).high()).isEqualTo(0.3662, within(5e-5));
    }

    /** The interval's ends are where the score test just rejects: (p - e)^2 = z^2 e (1 - e) / n. */
    @Test
    void intervalEndsSolveTheScoreEquation() {
        double z2 = 1.959963984540054 * 1.959963984540054;
        for (int right = 0; right <= 37; right++) {
            var p = new Proportion(right, 37);
            for (double end : new double[] {p.low(), p.high()}) {
                assertThat((p.share() - end) * (p.share() - end)).isEqualTo(z2 * end * (1 - end) / 37, within(1e-12));
            }
        }
    }

    @Test
    void nothingAskedIsEverythingPossible() {
        var none = new Proportion(0, 0);

        assertThat(none.share()).isNaN();
        assertThat(none.low()).isZero();
        assertThat(none.high()).isEqualTo(1);
        assertThat(none).hasToString("-");
        assertThat(new Proportion(123, 200)).hasToString("61.5% (54.6-68.0, 200)");
    }

    @Test
    void moreRightThanAskedIsRefused() {
        assertThatThrownBy(() -> new Proportion(3, 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("proportion 3 of 2: expected 0 <= right <= total");
    }
}
