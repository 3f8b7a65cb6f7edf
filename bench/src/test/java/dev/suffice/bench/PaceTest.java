package dev.suffice.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PaceTest {
    private static final long MINUTE = 60_000_000_000L;

    @Test
    void piecesFromBeforeDoNotCountForLong() {
        var now = new AtomicLong(5);
        var pace = new Pace(now::get);
        for (int i = 0; i < 300; i++) {
            assertThat(pace.minutesLeft(700 - i)).isZero();
        }
        for (int i = 0; i < 20; i++) {
            now.addAndGet(MINUTE);
            pace.minutesLeft(400 - i);
        }
        now.addAndGet(MINUTE);
        assertThat(pace.minutesLeft(100)).isCloseTo(100, within(1e-9));
    }

    @Test
    void theFirstPieceIsAnEstimateAlready() {
        var now = new AtomicLong();
        var pace = new Pace(now::get);
        now.addAndGet(2 * MINUTE);
        assertThat(pace.minutesLeft(3)).isCloseTo(6, within(1e-9));
    }
}
