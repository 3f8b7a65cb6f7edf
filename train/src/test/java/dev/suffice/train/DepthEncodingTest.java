package dev.suffice.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DepthEncodingTest {
    private final DepthEncoding encoding = DepthEncoding.PLACES;

    @Test
    void nearerIsLarger() {
        assertThat(encoding.encode(0.3)).isEqualTo(1);
        assertThat(encoding.encode(Math.sqrt(0.3 * 100))).isCloseTo(0.5, within(1e-12));
        assertThat(encoding.encode(100)).isCloseTo(0, within(1e-12));
    }

    @Test
    void clampsWhatIsOutOfRange() {
        assertThat(encoding.encode(0.01)).isEqualTo(1);
        assertThat(encoding.encode(1000)).isEqualTo(0);
        assertThat(encoding.encode(Double.POSITIVE_INFINITY)).isEqualTo(0);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.3, 0.9, 2.5, 17, 99})
    void metresComeBack(double metres) {
        assertThat(encoding.decode(encoding.encode(metres))).isCloseTo(metres, within(1e-9));
    }

    @Test
    void refusesAnEmptyRange() {
        assertThatThrownBy(() -> new DepthEncoding(2, 1))
                .hasMessage("depth range 2.0 to 1.0 m: expected 0 < near < far");
    }
}
