package dev.suffice.train.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ThumbnailTest {
    @Test
    void shrinkingByAWholeFactorAveragesBlocks() {
        float[] small = Thumbnail.shrink(4, 4, (x, y) -> 4 * y + x, 2);

        assertThat(small).containsExactly(2.5f, 4.5f, 10.5f, 12.5f);
    }

    @Test
    void shrinkingByAPartCountsPixelsByTheirPart() {
        float[] small = Thumbnail.shrink(3, 1, (x, y) -> new double[] {0, 6, 12}[x], 2);

        assertThat(small[0]).isEqualTo(2, within(1e-6f)); // (0 * 1 + 6 * 0.5) / 1.5
        assertThat(small[1]).isEqualTo(10, within(1e-6f)); // (6 * 0.5 + 12 * 1) / 1.5
    }

    @Test
    void picturesAreReadWithAllSixteenBitsOfDepth(@TempDir Path folder) throws IOException {
        Pictures.write(folder, "a", "a prompt", 128, (x, y) -> 0x804020, (x, y) -> 40_000 + y);

        Thumbnail picture = Thumbnail.read(folder.resolve("a.png"), folder.resolve("a-depth.png"));

        assertThat(picture.rgb()[0] & 0xff).isEqualTo(0x80);
        assertThat(picture.rgb()[64 * 64] & 0xff).isEqualTo(0x40);
        assertThat(picture.rgb()[2 * 64 * 64] & 0xff).isEqualTo(0x20);
        assertThat(picture.nearness()[0]).isEqualTo(40_001.5f);
        assertThat(picture.nearness()[32]).isEqualTo(40_005.5f);
    }

    @Test
    void sizesMustAgree(@TempDir Path folder) throws IOException {
        Pictures.write(folder, "a", "a prompt", 64, (x, y) -> 0, (x, y) -> 0);
        Pictures.write(folder, "b", "a prompt", 32, (x, y) -> 0, (x, y) -> 0);

        assertThatThrownBy(() -> Thumbnail.read(folder.resolve("a.png"), folder.resolve("b-depth.png")))
                .isInstanceOf(IOException.class)
                .hasMessage(folder.resolve("b-depth.png") + ": 32x32 pixels, but " + folder.resolve("a.png")
                        + " has 64x64");
    }

    @Test
    void aResultWithoutPromptOrDepthIsRefused(@TempDir Path folder) throws IOException {
        Pictures.write(folder, "a", "", 32, (x, y) -> 0, (x, y) -> 0);

        assertThatThrownBy(() -> GeneratedPictures.read(folder))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        folder.resolve("a.json") + ": no prompt; expected the JSON that is written beside a picture");

        Pictures.write(folder, "a", "a prompt", 32, (x, y) -> 0, (x, y) -> 0);
        java.nio.file.Files.delete(folder.resolve("a-depth.png"));
        assertThatThrownBy(() -> GeneratedPictures.read(folder))
                .isInstanceOf(IOException.class)
                .hasMessage(folder.resolve("a.json") + ": its picture " + folder.resolve("a-depth.png")
                        + " does not exist");
    }

    @Test
    void augmentationKeepsTheRangeAndTheMeaningOfDepth() {
        byte[] rgb = new byte[Thumbnail.VALUES];
        new SplittableRandom(1).nextBytes(rgb);
        float[] slope = new float[Thumbnail.GRID * Thumbnail.GRID];
        for (int i = 0; i < slope.length; i++) {
            slope[i] = (float) Math.floorDiv(i, Thumbnail.GRID);
        }
        var picture = new Thumbnail(rgb, slope);
        float[] out = new float[Thumbnail.VALUES + 5];
        float[] depth = new float[slope.length];

        for (int seed = 0; seed < 30; seed++) {
            new Augmentation(new SplittableRandom(seed)).apply(picture, picture.nearness(), out, 5, depth, 0);
            for (int i = 0; i < Thumbnail.VALUES; i++) {
                assertThat(out[5 + i]).isBetween(-1f, 1f);
            }
            assertThat(depth[40]).isEqualTo(depth[50], within(1e-4f)); // a row stays a row, mirrored or cropped
            assertThat(depth[31 * 32]).isGreaterThan(depth[0] + 20);
        }
        assertThat(out).startsWith(0, 0, 0, 0, 0);
    }
}
