package dev.suffice.train.eval;

import static org.assertj.core.api.Assertions.assertThat;

import dev.suffice.image.DepthScale;
import dev.suffice.image.RgbdImage;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class SceneJudgeTest {
    @Test
    void theBundledJudgeTellsRoomsFromTheOpenAndHasMoments() throws IOException {
        try (var judge = SceneJudge.bundled()) {
            int side = 128;
            var rgb = new byte[3 * side * side];
            for (int y = 0; y < side; y++) {
                for (int x = 0; x < side; x++) {
                    // sky above grass
                    int at = 3 * (y * side + x);
                    rgb[at] = (byte) (y < side / 2 ? 130 : 60);
                    rgb[at + 1] = (byte) (y < side / 2 ? 170 : 120);
                    rgb[at + 2] = (byte) (y < side / 2 ? 220 : 40);
                }
            }
            var field = judge.judge(new RgbdImage(side, side, rgb, new short[side * side], new DepthScale.Relative()));
            assertThat(field.indoors()).isFalse();
            assertThat(field.features()).hasSize(64);
            var moments = judge.heldOut();
            assertThat(moments.mean()).hasSize(64);
            assertThat(FrechetDistance.between(moments, moments)).isLessThan(1e-3);
            assertThat(FrechetDistance.between(
                            FrechetDistance.Moments.of(List.of(field.features(), field.features())), moments))
                    .isGreaterThan(1);
        }
    }
}
