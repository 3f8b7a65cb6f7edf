package dev.suffice.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class SimilarityTest {
    private static RgbdImage picture(int width, int height, int k) {
        var rgb = new byte[3 * width * height];
        var depth = new short[width * height];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int at = y * width + x;
                rgb[3 * at] = (byte) (x * 7 + y * 3 * k);
                rgb[3 * at + 1] = (byte) (x * y + 40 * k);
                rgb[3 * at + 2] = (byte) (255 - x * 5 + y * k);
                depth[at] = (short) (x * 1000 * k + y * y * 90);
            }
        }
        return new RgbdImage(width, height, rgb, depth, new DepthScale.Relative());
    }

    @Test
    void isWhatScikitImageComputes() {
        // structural_similarity(gaussian_weights=True, sigma=1.5, use_sample_covariance=False, data_range=1), mean of
        // the channels
        var similarity = Similarity.of(picture(24, 17, 1), picture(24, 17, 2));
        assertThat(similarity.rgb()).isEqualTo(0.7851887902745428, within(1e-9));
        assertThat(similarity.depth()).isEqualTo(0.8060625863926542, within(1e-9));
    }

    @Test
    void isOneForEqualPictures() {
        assertThat(Similarity.of(picture(30, 11, 3), picture(30, 11, 3))).isEqualTo(new Similarity(1, 1));
    }

    @Test
    void refusesOtherSizes() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Similarity.of(picture(24, 17, 1), picture(17, 24, 1)))
                .withMessage("pictures of 24x17 and 17x24: must be of one size, at least 11 wide and high");
        assertThatIllegalArgumentException().isThrownBy(() -> Similarity.of(picture(10, 24, 1), picture(10, 24, 1)));
    }
}
