package dev.suffice.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.suffice.train.files.Safetensors;
import dev.suffice.train.loop.Schedule;
import dev.suffice.train.nn.AutoencoderKlConfig;
import dev.suffice.train.nn.Precision;
import dev.suffice.train.nn.RgbdUpscalerConfig;
import dev.suffice.train.nn.UNet2DConditionConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SplittableRandom;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Training stopped half-way and continued ends with the same weights, bit for bit, as training in one go. */
final class ResumeTest {
    private static final AutoencoderKlConfig SMALL_AUTOENCODER =
            new AutoencoderKlConfig(128, 4, 8, List.of(8, 8, 8, 8), 1, 4);
    private static final UNet2DConditionConfig SMALL_UNET = new UNet2DConditionConfig(
            16, 8, 8, List.of(8, 16), List.of(false, true), List.of(1, 2), 1, SentenceEncoder.WIDTH, 6, 4);
    private static final int STEPS = 6;

    @TempDir
    private Path folder;

    @BeforeEach
    void tuples() throws IOException {
        torch.set_num_threads(1);
        SyntheticTuples.write(folder.resolve("tuples"), 0, 12);
        SyntheticTuples.write(folder.resolve("tuples"), 900, 3);
    }

    private TrainOptions options(Path run) {
        return new TrainOptions(
                folder.resolve("tuples"),
                folder.resolve("large"),
                run,
                run.resolve("export"),
                3,
                1,
                Precision.BFLOAT16,
                Duration.ZERO,
                Duration.ZERO,
                Duration.ZERO,
                Duration.ofDays(1),
                100);
    }

    /** Trains to the end, or interrupts itself after {@code stopAfter} steps. */
    private void autoencoder(Path run, int stopAfter) throws IOException {
        try (var data = new PlacesData(folder.resolve("tuples"))) {
            new AutoencoderTraining(data, DepthEncoding.PLACES, SMALL_AUTOENCODER, run, options(run))
                    .run(new Schedule.Steps(STEPS), interruptAt(stopAfter));
        }
        assertThat(Thread.interrupted()).isEqualTo(stopAfter < STEPS);
    }

    private static ProgressListener interruptAt(int step) {
        return progress -> {
            if (progress.step() == step && step < STEPS) {
                Thread.currentThread().interrupt();
            }
        };
    }

    private static float[] state(Path checkpoint, String name) throws IOException {
        return Safetensors.read(checkpoint).tensor(name).values();
    }

    private static void assertSame(Path one, Path other) throws IOException {
        for (String name : List.of("parameters", "momentum", "variance", "average")) {
            assertThat(state(other, name)).as(name).containsExactly(state(one, name));
        }
    }

    @Test
    void autoencoderGoesOnExactly() throws IOException {
        Path whole = folder.resolve("whole");
        Path parts = folder.resolve("parts");
        autoencoder(whole, STEPS);
        autoencoder(parts, 2);
        assertThat(state(parts.resolve("autoencoder.checkpoint"), "parameters"))
                .isNotEqualTo(state(whole.resolve("autoencoder.checkpoint"), "parameters"));
        autoencoder(parts, 5);
        autoencoder(parts, STEPS);
        assertSame(whole.resolve("autoencoder.checkpoint"), parts.resolve("autoencoder.checkpoint"));
    }

    @Test
    void unetGoesOnExactly() throws IOException {
        Path run = folder.resolve("run");
        autoencoder(run, STEPS);
        try (var data = new PlacesData(folder.resolve("tuples"))) {
            data.refresh(100);
            freeze(run, data);
            Files.createDirectories(run.resolve("latents"));
            try (var frozen = FrozenAutoencoder.open(
                    run.resolve("autoencoder.safetensors"), SMALL_AUTOENCODER, Precision.BFLOAT16)) {
                for (TupleShard shard :
                        List.of(data.training().getFirst(), data.heldOut().getFirst())) {
                    for (boolean mirrored : new boolean[] {false, true}) {
                        LatentStore.write(
                                LatentStore.file(run.resolve("latents"), shard.name(), mirrored),
                                shard,
                                mirrored,
                                frozen,
                                DepthEncoding.PLACES);
                    }
                }
            }
            var captions = new LinkedHashSet<String>(SamplePrompts.PERSPECTIVE);
            captions.addAll(SamplePrompts.PANORAMA);
            captions.add("");
            data.training().forEach(s -> s.scenes().forEach(scene -> captions.addAll(scene.captions())));
            TextFeatures.extend(run.resolve("texts"), captions, ResumeTest::features, done -> {});
        }
        Path whole = folder.resolve("whole");
        Path parts = folder.resolve("parts");
        unet(run, whole, STEPS);
        unet(run, parts, 3);
        unet(run, parts, STEPS);
        assertSame(whole.resolve("unet.checkpoint"), parts.resolve("unet.checkpoint"));
        assertThat(whole.resolve("export/unet/diffusion_pytorch_model.safetensors"))
                .hasSameBinaryContentAs(parts.resolve("export/unet/diffusion_pytorch_model.safetensors"));
    }

    private void unet(Path encoded, Path run, int stopAfter) throws IOException {
        Files.createDirectories(run);
        try (var tuples = new PlacesData(folder.resolve("tuples"));
                var data = new UNetData(tuples, encoded.resolve("latents"), encoded.resolve("texts"), 3);
                var autoencoder = FrozenAutoencoder.open(
                        encoded.resolve("autoencoder.safetensors"), SMALL_AUTOENCODER, Precision.BFLOAT16)) {
            new UNetTraining(data, autoencoder, DepthEncoding.PLACES, SMALL_UNET, run, options(run))
                    .run(new Schedule.Steps(STEPS), interruptAt(stopAfter));
        }
        assertThat(Thread.interrupted()).isEqualTo(stopAfter < STEPS);
    }

    @Test
    void upscalerGoesOnExactlyAndIsWrittenIntoTheModelFolder() throws IOException {
        Path run = folder.resolve("run");
        autoencoder(run, STEPS);
        try (var data = new PlacesData(folder.resolve("tuples"))) {
            data.refresh(100);
            freeze(run, data);
        }
        Path whole = folder.resolve("whole");
        Path parts = folder.resolve("parts");
        Files.createDirectories(parts.resolve("export"));
        upscaler(run, whole, STEPS);
        upscaler(run, parts, 2);
        upscaler(run, parts, STEPS);
        assertSame(whole.resolve("upscaler.checkpoint"), parts.resolve("upscaler.checkpoint"));
        assertThat(parts.resolve("export/upscaler/diffusion_pytorch_model.safetensors"))
                .hasSameBinaryContentAs(parts.resolve("upscaler/diffusion_pytorch_model.safetensors"));
        assertThat(parts.resolve("export/upscaler/config.json"))
                .content()
                .contains("\"_class_name\" : \"RgbdUpscaler\"", "\"hidden_channels\" : 6", "\"scale\" : 2");
    }

    /** Pictures of 128 pixels, from copies of 64. */
    private void upscaler(Path encoded, Path run, int stopAfter) throws IOException {
        Files.createDirectories(run);
        try (var data = new PlacesData(folder.resolve("tuples"));
                var autoencoder = FrozenAutoencoder.open(
                        encoded.resolve("autoencoder.safetensors"), SMALL_AUTOENCODER, Precision.BFLOAT16)) {
            data.refresh(100);
            new UpscalerTraining(
                            new LargePictures(data.training(), autoencoder, DepthEncoding.PLACES, 2),
                            new LargePictures(data.heldOut(), autoencoder, DepthEncoding.PLACES, 2),
                            new RgbdUpscalerConfig(4, 6, 1, 2),
                            run,
                            options(run))
                    .run(new Schedule.Steps(STEPS), interruptAt(stopAfter));
        }
        assertThat(Thread.interrupted()).isEqualTo(stopAfter < STEPS);
    }

    private static void freeze(Path run, PlacesData data) throws IOException {
        FrozenAutoencoder.freeze(
                run.resolve("autoencoder.checkpoint"),
                run.resolve("autoencoder.safetensors"),
                SMALL_AUTOENCODER,
                data,
                DepthEncoding.PLACES,
                Precision.BFLOAT16);
    }

    private static float[] features(List<String> texts) {
        float[] features = new float[texts.size() * SentenceEncoder.TOKENS * SentenceEncoder.WIDTH];
        for (int t = 0; t < texts.size(); t++) {
            var random = new SplittableRandom(texts.get(t).hashCode());
            for (int i = 0; i < features.length / texts.size(); i++) {
                features[t * (features.length / texts.size()) + i] = (float) random.nextDouble(-1, 1);
            }
        }
        return features;
    }
}
