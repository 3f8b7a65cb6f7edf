package dev.suffice.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.suffice.image.DepthScale;
import dev.suffice.image.RgbdImage;
import org.junit.jupiter.api.Test;

class DepthCodingTest {
    @Test
    void sixChannelsCarryDepthAsHighAndLowByte() {
        // one pixel: RGB 255, 128, 0; depth bytes: ignored, 0xab, 0xcd
        var decoded = new float[] {1, 1 / 255f, -1, 0.7f, 2 * 0xab / 255f - 1, 2 * 0xcd / 255f - 1};
        var image = DepthCoding.THREE_BYTES.toImage(decoded, 0, 1, 1, new DepthScale.Relative());
        assertThat(image.rgb(0, 0)).isEqualTo(0xff8000);
        assertThat(image.depth(0, 0)).isEqualTo(0xabcd);
    }

    @Test
    void fourChannelsTruncateDepthTo16Bits() {
        var image = DepthCoding.ONE_CHANNEL.toImage(new float[] {-2, 0, 3, 0.5f}, 0, 1, 1, new DepthScale.Relative());
        assertThat(image.rgb(0, 0)).isEqualTo(0x0080ff);
        assertThat(image.depth(0, 0)).isEqualTo((int) (65535 * 0.75f));
    }

    @Test
    void everyDepthSurvivesBothCodings() {
        var depth = new short[65536];
        var rgb = new byte[3 * 65536];
        for (int i = 0; i < depth.length; i++) {
            depth[i] = (short) i;
            rgb[3 * i] = (byte) i;
        }
        var image = new RgbdImage(256, 256, rgb, depth, new DepthScale.Relative());
        for (var coding : DepthCoding.values()) {
            var channels = new float[coding.channels() * 65536 + 5];
            coding.toChannels(image, channels, 5);
            var back = coding.toImage(channels, 5, 256, 256, new DepthScale.Relative());
            for (int i = 0; i < 65536; i++) {
                // one channel truncates, as the reference does: rounding noise may cost one in 65535
                assertThat(back.depth(i % 256, i / 256)).isBetween(coding == DepthCoding.THREE_BYTES ? i : i - 1, i);
                assertThat(back.rgb(i % 256, i / 256)).isEqualTo(image.rgb(i % 256, i / 256));
            }
        }
    }

    @Test
    void refusesOtherChannelCounts() {
        assertThatThrownBy(() -> DepthCoding.ofChannels(3))
                .hasMessage(
                        "autoencoder with 3 image channels: an LDM3D model has 4 (RGB and depth) or 6 (RGB and depth as three bytes)");
    }

    @Test
    void logarithmicDepthIsMetres() {
        var scale = new DepthScale.Logarithmic(0.5, 50);
        assertThat(scale.metres(65535)).isEqualTo(0.5);
        assertThat(scale.metres(0)).isEqualTo(50);
        assertThat(scale.metres(32767)).isBetween(4.99, 5.01);
        assertThatThrownBy(() -> new DepthScale.Logarithmic(0, 5))
                .hasMessage("depth range 0.0 to 5.0 metres: must be 0 < near < far");
    }
}
