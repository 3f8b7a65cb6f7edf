package dev.suffice.train.exits;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class BatchOrderTest {
    private static final int[] LENGTHS =
            IntStream.range(0, 1001).map(i -> 3 + i * 37 % 61).toArray();

    @Test
    void anEpochHasEveryExampleOnceInBatchesOfLikeLength() {
        var order = new BatchOrder(LENGTHS, 8, 5);
        assertThat(order.stepsPerEpoch()).isEqualTo(126);
        var seen = new HashSet<Integer>();
        int padding = 0;
        for (long step = 126; step < 252; step++) {
            int[] batch = order.batch(step);
            int longest = Arrays.stream(batch).map(i -> LENGTHS[i]).max().orElseThrow();
            for (int i : batch) {
                assertThat(seen.add(i)).isTrue();
                padding += longest - LENGTHS[i];
            }
        }
        assertThat(seen).hasSize(1001);
        assertThat(padding).isLessThan(Arrays.stream(LENGTHS).sum() / 20);
    }

    @Test
    void dependsOnSeedAndStepAlone() {
        var one = new BatchOrder(LENGTHS, 8, 5);
        var other = new BatchOrder(LENGTHS, 8, 5);
        int[] later = other.batch(300);
        assertThat(one.batch(0)).isEqualTo(other.batch(0));
        assertThat(one.batch(300)).isEqualTo(later);
        assertThat(new BatchOrder(LENGTHS, 8, 6).batch(300)).isNotEqualTo(later);
        assertThat(one.batch(300 + 126)).isNotEqualTo(later);
    }
}
