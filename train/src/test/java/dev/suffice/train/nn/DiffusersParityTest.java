package dev.suffice.train.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.suffice.train.files.Safetensors;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The networks and the noise table give what diffusers gives for the same weights and inputs (see tiny/README.md). */
final class DiffusersParityTest {
    private static final double TOLERANCE = 1e-4;
    private static Path folder = Path.of("");
    private static Safetensors.Content io = new Safetensors.Content(Map.of(), Map.of());

    @BeforeAll
    static void fixture() throws IOException, URISyntaxException {
        folder = Path.of(Objects.requireNonNull(DiffusersParityTest.class.getResource("tiny"))
                .toURI());
        io = Safetensors.read(folder.resolve("io.safetensors"));
    }

    private static Tensor input(String name) throws IOException {
        Safetensors.Values values = io.tensor(name);
        return Tensor.create(values.values(), values.shape());
    }

    private static void load(Parameters parameters, String file) throws IOException {
        Safetensors.Content content = Safetensors.read(folder.resolve(file));
        assertThat(content.tensors().keySet())
                .containsExactlyInAnyOrderElementsOf(
                        parameters.all().stream().map(Parameter::name).toList());
        for (Parameter parameter : parameters.all()) {
            assertThat(content.tensor(parameter.name()).shape())
                    .as(parameter.name())
                    .isEqualTo(parameter.shape());
            parameters.write(parameter, content.tensor(parameter.name()).values());
        }
        parameters.refresh();
    }

    private static void assertClose(Tensor actual, String expected) throws IOException {
        Safetensors.Values values = io.tensor(expected);
        assertThat(actual.shape()).isEqualTo(values.shape());
        float[] got = new float[values.values().length];
        actual.contiguous().data_ptr_float().get(got);
        assertThat(got).containsExactly(values.values(), within((float) TOLERANCE));
    }

    @Test
    void unet() throws IOException {
        try (var parameters = new Parameters();
                var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            var network = new UNet2DCondition(
                    parameters,
                    new UNet2DConditionConfig(
                            8, 8, 8, List.of(8, 16, 16), List.of(false, true, true), List.of(1, 2, 4), 1, 12, 3, 4));
            parameters.allocate(0, Precision.FLOAT32);
            load(parameters, "unet.safetensors");
            float[] timesteps = io.tensor("timesteps").values();
            assertClose(network.predict(input("latents"), timesteps, input("text"), false), "predicted");
            assertClose(network.predict(input("latents"), timesteps, input("text"), true), "predicted_wrapped");
        }
    }

    @Test
    void autoencoder() throws IOException {
        try (var parameters = new Parameters();
                var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            var network = new AutoencoderKl(parameters, new AutoencoderKlConfig(32, 4, 8, List.of(8, 8, 16, 16), 1, 4));
            parameters.allocate(0, Precision.FLOAT32);
            load(parameters, "vae.safetensors");
            AutoencoderKl.Posterior posterior = network.encode(input("images"), false);
            assertClose(posterior.mean(), "mean");
            assertClose(posterior.logVariance(), "logvar");
            assertClose(network.decode(input("z"), false), "decoded");
            assertClose(network.decode(input("z"), true), "decoded_wrapped");
        }
    }

    @Test
    void noiseSchedule() throws IOException {
        float[] expected = io.tensor("alphas_cumprod").values();
        var schedule = new NoiseSchedule();
        assertThat(expected).hasSize(NoiseSchedule.STEPS);
        for (int t = 0; t < expected.length; t++) {
            assertThat(schedule.alphaCumulative(t)).as("timestep %d", t).isCloseTo(expected[t], within(2e-6));
        }
        assertThat(schedule.alphaCumulative(999)).isZero();
        assertThat(schedule.weight(999, 5)).isEqualTo(1);
        assertThat(schedule.weight(0, 5)).isCloseTo(5 * (1 - expected[0]), within(1e-6));
    }
}
