package dev.suffice.train;

import dev.suffice.train.files.Safetensors;
import dev.suffice.train.loop.Checkpoint;
import dev.suffice.train.nn.AutoencoderKl;
import dev.suffice.train.nn.AutoencoderKlConfig;
import dev.suffice.train.nn.Parameter;
import dev.suffice.train.nn.Parameters;
import dev.suffice.train.nn.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/**
 * The trained autoencoder, no longer changing, with latents that have mean 0 and deviation 1 in every channel over the training
 * pictures: shift and scale are folded into the 1x1 convolutions on both sides of the latents, so that the model's scaling factor
 * is 1.
 */
final class FrozenAutoencoder implements AutoCloseable {
    private static final int PICTURES = 512;
    private final Parameters parameters = new Parameters();
    private final AutoencoderKl network;

    private FrozenAutoencoder(AutoencoderKlConfig config, Precision precision) {
        network = new AutoencoderKl(parameters, config);
        parameters.allocate(0, precision);
    }

    /** Freezes the moving average in a checkpoint of the autoencoder's training and writes it to {@code target}. */
    static void freeze(
            Path checkpoint,
            Path target,
            AutoencoderKlConfig config,
            PlacesData data,
            DepthEncoding encoding,
            Precision precision)
            throws IOException {
        try (var frozen = new FrozenAutoencoder(config, precision)) {
            new Checkpoint(checkpoint).loadAverage(frozen.parameters);
            frozen.whiten(data, encoding);
            var entries = new ArrayList<Safetensors.Entry>();
            for (Parameter parameter : frozen.parameters.all()) {
                entries.add(new Safetensors.Entry(
                        parameter.name(),
                        Safetensors.Type.F32,
                        parameter.shape(),
                        () -> frozen.parameters.read(parameter, frozen.parameters.master())));
            }
            Safetensors.write(target, Map.of("format", "pt"), entries);
        }
    }

    /** Reads what {@link #freeze} wrote. */
    static FrozenAutoencoder open(Path file, AutoencoderKlConfig config, Precision precision) throws IOException {
        Safetensors.Content content = Safetensors.read(file);
        var frozen = new FrozenAutoencoder(config, precision);
        for (Parameter parameter : frozen.parameters.all()) {
            frozen.parameters.write(parameter, content.tensor(parameter.name()).values());
        }
        frozen.parameters.refresh();
        return frozen;
    }

    /** Whether a frozen autoencoder lies there. */
    static boolean exists(Path file) {
        return Files.exists(file);
    }

    private void whiten(PlacesData data, DepthEncoding encoding) {
        int channels = network.config().latentChannels();
        double[] sum = new double[channels];
        double[] squares = new double[channels];
        long count = 0;
        int pictures = 0;
        for (int i = 0; pictures < PICTURES; i++) {
            TupleShard shard = data.training().get(i % data.training().size());
            int index = i / data.training().size();
            if (index >= shard.scenes().size()) {
                break;
            }
            Scene scene = shard.scenes().get(index);
            float[] latents = encode(shard, scene, false, encoding);
            int area = latents.length / channels;
            for (int c = 0; c < channels; c++) {
                for (int p = 0; p < area; p++) {
                    double value = latents[c * area + p];
                    sum[c] += value;
                    squares[c] += value * value;
                }
            }
            count += area;
            pictures++;
        }
        Parameter quantWeight = parameters.named("quant_conv.weight");
        Parameter quantBias = parameters.named("quant_conv.bias");
        Parameter postWeight = parameters.named("post_quant_conv.weight");
        Parameter postBias = parameters.named("post_quant_conv.bias");
        float[] qw = parameters.read(quantWeight, parameters.master());
        float[] qb = parameters.read(quantBias, parameters.master());
        float[] pw = parameters.read(postWeight, parameters.master());
        float[] pb = parameters.read(postBias, parameters.master());
        for (int c = 0; c < channels; c++) {
            double mean = sum[c] / count;
            double deviation = Math.sqrt(Math.max(1e-12, squares[c] / count - mean * mean));
            for (int i = 0; i < 2 * channels; i++) {
                qw[c * 2 * channels + i] /= (float) deviation;
            }
            qb[c] = (float) ((qb[c] - mean) / deviation);
            qb[channels + c] -= (float) (2 * Math.log(deviation));
            for (int o = 0; o < channels; o++) {
                pb[o] += (float) (pw[o * channels + c] * mean);
                pw[o * channels + c] *= (float) deviation;
            }
        }
        parameters.write(quantWeight, qw);
        parameters.write(quantBias, qb);
        parameters.write(postWeight, pw);
        parameters.write(postBias, pb);
        parameters.refresh();
    }

    /** The latents of a whole picture, [channels, height / 8, width / 8]. */
    float[] encode(TupleShard shard, Scene scene, boolean mirrored, DepthEncoding encoding) {
        int area = scene.width() * scene.height();
        float[] planes = new float[4 * area];
        shard.window(scene, 0, 0, scene.width(), scene.height(), mirrored, encoding, planes, 0, new float[area], 0);
        try (var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            Tensor image = Tensor.create(planes, 1, 4, scene.height(), scene.width());
            return Checkpoint.values(
                    network.encode(image, scene.panorama()).mean().contiguous());
        }
    }

    AutoencoderKl network() {
        return network;
    }

    Parameters parameters() {
        return parameters;
    }

    @Override
    public void close() {
        parameters.close();
    }
}
