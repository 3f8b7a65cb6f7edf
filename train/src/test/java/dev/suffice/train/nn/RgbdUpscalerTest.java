package dev.suffice.train.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.suffice.train.files.Safetensors;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

/** The upscaler gives what the same network written in PyTorch gives (bench/peers/record_upscaler.py). */
final class RgbdUpscalerTest {
    private static final RgbdUpscalerConfig CONFIG = new RgbdUpscalerConfig(4, 6, 2, 3);

    private static Safetensors.Content content(String file) throws IOException, URISyntaxException {
        return Safetensors.read(Path.of(Objects.requireNonNull(RgbdUpscalerTest.class.getResource("upscaler"))
                        .toURI())
                .resolve(file));
    }

    private static float[] values(Tensor tensor) {
        float[] values = new float[Math.toIntExact(tensor.numel())];
        tensor.contiguous().data_ptr_float().get(values);
        return values;
    }

    private static float[] firstRow(Tensor images) {
        return Arrays.copyOf(values(images), (int) images.size(3));
    }

    @Test
    void computesWhatPyTorchComputes() throws IOException, URISyntaxException {
        var weights = content("diffusion_pytorch_model.safetensors");
        var io = content("io.safetensors");
        try (var parameters = new Parameters();
                var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            var network = new RgbdUpscaler(parameters, CONFIG);
            parameters.allocate(0, Precision.FLOAT32);
            assertThat(weights.tensors().keySet())
                    .containsExactlyInAnyOrderElementsOf(
                            parameters.all().stream().map(Parameter::name).toList());
            for (Parameter parameter : parameters.all()) {
                parameters.write(parameter, weights.tensor(parameter.name()).values());
            }
            parameters.refresh();
            var sample = io.tensor("sample");
            Tensor input = Tensor.create(sample.values(), sample.shape());
            assertThat(values(network.apply(input, false)))
                    .containsExactly(io.tensor("enlarged").values(), within(1e-4f));
            assertThat(values(network.apply(input, true)))
                    .containsExactly(io.tensor("enlarged_wrapped").values(), within(1e-4f));
        }
    }

    @Test
    void startsAsBilinearEnlargement() {
        try (var parameters = new Parameters();
                var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            var network = new RgbdUpscaler(parameters, CONFIG);
            parameters.allocate(0, Precision.FLOAT32);
            Tensor images = Tensor.create(new float[] {0, 0.75f, 0, 0, 0, 0, 0, 0}, 1, 4, 1, 2);
            assertThat(firstRow(network.apply(images, false)))
                    .containsExactly(new float[] {0, 0, 0.25f, 0.5f, 0.75f, 0.75f}, within(1e-6f));
            assertThat(firstRow(network.apply(images, true)))
                    .containsExactly(new float[] {0.25f, 0, 0.25f, 0.5f, 0.75f, 0.5f}, within(1e-6f));
        }
    }
}
