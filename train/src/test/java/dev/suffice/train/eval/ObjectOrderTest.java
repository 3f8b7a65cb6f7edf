package dev.suffice.train.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ObjectOrderTest {
    private static final int GRID = Thumbnail.GRID;

    private interface Value {
        double at(int x, int y);
    }

    private static float[] map(Value value) {
        float[] map = new float[GRID * GRID];
        for (int i = 0; i < map.length; i++) {
            map[i] = (float) value.at(i % GRID, i / GRID);
        }
        return map;
    }

    private static boolean box(int x, int y) {
        return x >= 10 && x < 20 && y >= 12 && y < 24;
    }

    private static Proportion agreement(Value objects, Value nearness) {
        return new ObjectOrder().agreement(map(objects), map(nearness), new SplittableRandom(1));
    }

    private static double sure(int x, int y) {
        return box(x, y) ? 1 : 0;
    }

    @Test
    void anObjectInFrontIsInOrderAndAHoleIsNot() {
        assertThat(agreement(ObjectOrderTest::sure, (x, y) -> box(x, y) ? 2 : 1))
                .isEqualTo(new Proportion(100, 100));
        assertThat(agreement(ObjectOrderTest::sure, (x, y) -> box(x, y) ? 1 : 2))
                .isEqualTo(new Proportion(0, 100));
        assertThat(agreement(ObjectOrderTest::sure, (x, y) -> 1)).isEqualTo(new Proportion(0, 100));
    }

    @Test
    void theFloorBelowMayBeNearer() {
        assertThat(agreement(ObjectOrderTest::sure, (x, y) -> y >= 24 ? 9 : box(x, y) ? 2 : 1))
                .isEqualTo(new Proportion(100, 100));
    }

    /** A slope of the ground alone gets those pairs that are higher, and none at the same height. */
    @Test
    void theGroundAloneIsNotEnough() {
        Proportion slope = agreement(ObjectOrderTest::sure, (x, y) -> y);
        assertThat(slope.share()).isBetween(0.5, 0.95);
    }

    @Test
    void nothingIsAskedWhereNoObjectIsSure() {
        assertThat(agreement((x, y) -> 0.5, (x, y) -> y)).isEqualTo(new Proportion(0, 0));
        assertThat(agreement((x, y) -> 1, (x, y) -> y)).isEqualTo(new Proportion(0, 0));
    }

    @Test
    void mapsOfAnotherSizeAreRefused() {
        assertThatThrownBy(() -> new ObjectOrder().agreement(new float[4], new float[4], new SplittableRandom(1)))
                .hasMessage("maps of 4 and 4 values: expected 32 x 32");
    }
}
