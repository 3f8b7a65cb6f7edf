package dev.suffice.diffusion.noise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class TorchNoiseTest {
    /** The logarithm and cosine there are approximations. */
    private static final double TOLERANCE = 1e-6;

    static List<JsonNode> draws() {
        var file = Path.of(System.getProperty("suffice.goldens.noise", "src/test/resources/goldens/noise"))
                .resolve("torch_randn.json");
        var cases = JsonMapper.shared().readTree(file).get("cases");
        return StreamSupport.stream(cases.spliterator(), false).toList();
    }

    @ParameterizedTest
    @MethodSource("draws")
    void equalsTorchRandn(JsonNode recorded) {
        int size = 1;
        for (var dimension : recorded.get("shape")) {
            size *= dimension.asInt();
        }
        var noise = new TorchNoise(recorded.get("seed").asLong());
        var first = new float[size];
        var second = new float[size];
        noise.fill(first);
        noise.fill(second);

        var head = floats(recorded.get("first"));
        var tail = floats(recorded.get("last"));
        var secondHead = floats(recorded.get("second_draw_first"));
        assertThat(Arrays.copyOf(first, head.length)).containsExactly(head, within((float) TOLERANCE));
        assertThat(Arrays.copyOfRange(first, size - tail.length, size))
                .containsExactly(tail, within((float) TOLERANCE));
        assertThat(Arrays.copyOf(second, secondHead.length)).containsExactly(secondHead, within((float) TOLERANCE));
    }

    @Test
    void isStandardNormal() {
        var noise = new float[1 << 18];
        new TorchNoise(7).fill(noise);
        var moments = new double[5];
        for (float x : noise) {
            for (int power = 1; power <= 4; power++) {
                moments[power] += Math.pow(x, power) / noise.length;
            }
        }
        double error = 1 / Math.sqrt(noise.length);
        assertThat(moments[1]).as("mean").isCloseTo(0, within(4 * error));
        assertThat(moments[2]).as("variance").isCloseTo(1, within(4 * Math.sqrt(2) * error));
        assertThat(moments[3]).as("third moment").isCloseTo(0, within(4 * Math.sqrt(15) * error));
        assertThat(moments[4]).as("fourth moment").isCloseTo(3, within(4 * Math.sqrt(96) * error));
    }

    @Test
    void passesKolmogorovSmirnov() {
        for (int size : new int[] {15, 20_000, 20_001}) {
            var source = new TorchNoise(3);
            var noise = new float[20_010];
            var part = new float[size];
            for (int start = 0; start + size <= noise.length; start += size) {
                source.fill(part);
                System.arraycopy(part, 0, noise, start, size);
            }
            var drawn = Arrays.copyOf(noise, noise.length / size * size);
            Arrays.sort(drawn);
            double distance = 0;
            for (int i = 0; i < drawn.length; i++) {
                double below = normalCdf(drawn[i]);
                distance = Math.max(distance, Math.abs(below - (double) i / drawn.length));
                distance = Math.max(distance, Math.abs(below - (i + 1.0) / drawn.length));
            }
            assertThat(distance * Math.sqrt(drawn.length))
                    .as("Kolmogorov-Smirnov statistic in calls of %d (1.95 = one run in a thousand)", size)
                    .isLessThan(1.95);
        }
    }

    @Test
    void neighboursInABlockAreIndependent() {
        var noise = new float[1 << 16];
        new TorchNoise(11).fill(noise);
        for (int lag : new int[] {1, 2, 8, 16}) {
            double product = 0;
            for (int i = lag; i < noise.length; i++) {
                product += (double) noise[i] * noise[i - lag];
            }
            assertThat(product / noise.length)
                    .as("autocorrelation at lag %d", lag)
                    .isCloseTo(0, within(0.016));
        }
    }

    @Test
    void onlyTheLowerHalfOfTheSeedCounts() {
        assertThat(drawn(new TorchNoise(5), 20)).isEqualTo(drawn(new TorchNoise((1L << 40) + 5), 20));
        assertThat(drawn(new TorchNoise(5), 20)).isNotEqualTo(drawn(new TorchNoise(6), 20));
    }

    @Test
    void imagesOfABatchGetTheNoiseTheyWouldGetAlone() {
        var batch = drawn(NoiseSource.perImage(List.of(new TorchNoise(1), new TorchNoise(2))), 64);
        assertThat(Arrays.copyOf(batch, 32)).isEqualTo(drawn(new TorchNoise(1), 32));
        assertThat(Arrays.copyOfRange(batch, 32, 64)).isEqualTo(drawn(NoiseSource.seeded(2), 32));
    }

    @Test
    void aBatchMustDivide() {
        var source = NoiseSource.perImage(List.of(new TorchNoise(1), new TorchNoise(2)));
        assertThatThrownBy(() -> source.fill(new float[33]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("noise of 33 values: does not divide into 2 images");
        assertThatThrownBy(() -> NoiseSource.perImage(List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("noise sources: must be one for each image, got none");
    }

    @Test
    void noSourceSaysWhatToPass() {
        assertThatThrownBy(() -> NoiseSource.none().fill(new float[1]))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "this sampler draws noise at every step: pass a noise source, e.g. NoiseSource.seeded(seed)");
    }

    private static float[] drawn(NoiseSource source, int size) {
        var noise = new float[size];
        source.fill(noise);
        return noise;
    }

    private static float[] floats(JsonNode array) {
        var values = new float[array.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) array.get(i).asDouble();
        }
        return values;
    }

    /** Simpson's rule on the density: slow and obvious. */
    private static double normalCdf(double x) {
        int intervals = 60;
        double width = x / intervals;
        double sum = 0;
        for (int i = 0; i <= intervals; i++) {
            double t = i * width;
            int weight = i == 0 || i == intervals ? 1 : i % 2 == 1 ? 4 : 2;
            sum += weight * Math.exp(-t * t / 2);
        }
        return 0.5 + sum * width / 3 / Math.sqrt(2 * Math.PI);
    }
}
