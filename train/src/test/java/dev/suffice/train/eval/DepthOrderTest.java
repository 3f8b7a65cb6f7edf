package dev.suffice.train.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.suffice.train.DepthEncoding;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class DepthOrderTest {
    private static final int GRID = Thumbnail.GRID;

    /** Nearness by row. */
    private interface Rows {
        double at(int y);
    }

    private static float[] map(Rows rows) {
        float[] map = new float[GRID * GRID];
        for (int i = 0; i < map.length; i++) {
            map[i] = (float) rows.at(i / GRID);
        }
        return map;
    }

    @Test
    void aRatioOfDistancesIsAStepOfTheCode() {
        double step = PairOrder.codeStep(1.25);

        assertThat(DepthEncoding.PLACES.encode(4) - DepthEncoding.PLACES.encode(5))
                .isEqualTo(step, within(1e-12));
        assertThat(DepthEncoding.PLACES.encode(40) - DepthEncoding.PLACES.encode(50))
                .isEqualTo(step, within(1e-12));
    }

    @Test
    void anyIncreasingMapAgreesAndItsOppositeNever() {
        float[] reference = map(y -> y / 32.0);
        var order = new PairOrder(200, 0.1, false);

        assertThat(order.agreement(reference, map(y -> 1000 + y * y), new SplittableRandom(1)))
                .isEqualTo(new Proportion(200, 200));
        assertThat(order.agreement(reference, map(y -> -y), new SplittableRandom(1)))
                .isEqualTo(new Proportion(0, 200));
    }

    @Test
    void aFlatMapIsNotInOrder() {
        Proportion agreement =
                new PairOrder(200, 0.1, false).agreement(map(y -> y / 32.0), map(y -> 7), new SplittableRandom(1));

        assertThat(agreement).isEqualTo(new Proportion(0, 200));
    }

    @Test
    void sideBySideTheGroundBeingNearDoesNotHelp() {
        float[] ground = map(y -> y / 32.0);
        float[] slope = new float[GRID * GRID];
        float[] both = new float[GRID * GRID];
        for (int i = 0; i < slope.length; i++) {
            slope[i] = i % GRID;
            both[i] = 100 * ground[i] - slope[i];
        }
        var order = new PairOrder(200, 0.1, true);

        assertThat(order.agreement(ground, ground, new SplittableRandom(1)).total())
                .isZero();
        assertThat(order.agreement(slope, slope, new SplittableRandom(1))).isEqualTo(new Proportion(200, 200));
        assertThat(order.agreement(slope, both, new SplittableRandom(1))).isEqualTo(new Proportion(0, 200));
    }

    @Test
    void onlyPairsClearlyApartAreAsked() {
        float[] steps = map(y -> y < 16 ? 0 : 0.05);

        assertThat(new PairOrder(50, 0.06, false)
                        .agreement(steps, steps, new SplittableRandom(1))
                        .total())
                .isZero();
        assertThat(new PairOrder(50, 0.04, false).agreement(steps, steps, new SplittableRandom(1)))
                .isEqualTo(new Proportion(50, 50));
    }

    /** Two of four values in the wrong order: of the 6 pairs of distinct values, 1 is wrong. */
    @Test
    void theShareEqualsTheCountedOne() {
        float[] reference = {0, 1, 2, 3};
        float[] swapped = {1, 0, 2, 3};

        Proportion agreement = new PairOrder(20_000, 0.5, false).agreement(reference, swapped, new SplittableRandom(1));

        assertThat(agreement.total()).isEqualTo(20_000);
        assertThat(agreement.share()).isEqualTo(5 / 6.0, within(0.012)); // 4 standard errors
    }

    @Test
    void mapsOfDifferentSizesAreRefused() {
        assertThatThrownBy(() ->
                        new PairOrder(1, 0.1, false).agreement(new float[4], new float[9], new SplittableRandom(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("depth map of 9 values: expected 4 like the reference");
    }

    @Test
    void aFloorIsNearerThanTheWallAboveIt() {
        assertThat(DepthLayout.floorNearerThanWall(map(y -> y))).isTrue();
        assertThat(DepthLayout.floorNearerThanWall(map(y -> -y))).isFalse();
        assertThat(DepthLayout.floorNearerThanWall(map(y -> 1))).isFalse();
    }

    @Test
    void anObjectInTheMiddleDoesNotPassForAWall() {
        float[] room = map(y -> y < 16 ? 0.2 : 0.5);
        for (int y = 4; y < 28; y++) {
            for (int x = 10; x < 22; x++) {
                room[y * GRID + x] = 5;
            }
        }

        assertThat(DepthLayout.floorNearerThanWall(room)).isTrue();
    }

    @Test
    void theSkyIsFarthestIfNothingIsFarther() {
        assertThat(DepthLayout.skyFarthest(map(y -> y < 4 ? 0 : 1))).isTrue();
        assertThat(DepthLayout.skyFarthest(map(y -> y < 16 ? 0 : 1))).isTrue(); // sky that fills half
        assertThat(DepthLayout.skyFarthest(map(y -> y < 4 ? 0.3 : y < 12 ? 0 : 1)))
                .isFalse();
        assertThat(DepthLayout.skyFarthest(map(y -> y < 4 ? 0.005 : y < 12 ? 0 : 1)))
                .isTrue();
        assertThat(DepthLayout.skyFarthest(map(y -> -y))).isFalse();
        assertThat(DepthLayout.skyFarthest(map(y -> 1))).isFalse();
    }
}
