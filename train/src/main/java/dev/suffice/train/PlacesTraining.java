package dev.suffice.train;

import dev.suffice.train.loop.Schedule;
import dev.suffice.train.nn.AutoencoderKlConfig;
import dev.suffice.train.nn.ComputeThreads;
import dev.suffice.train.nn.RgbdUpscalerConfig;
import dev.suffice.train.nn.UNet2DConditionConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * The stages that make the bundled model, in order: autoencoder, freeze, texts and latents (what the U-Net reads, computed once),
 * U-Net; and the upscaler, which needs the frozen autoencoder alone. Each can be stopped at any time and goes on where its last checkpoint was; texts and latents may run beside the U-Net,
 * which takes in what has been encoded at every checkpoint.
 */
final class PlacesTraining {
    private static final int CAPTIONS_PER_PASS = 512;
    private final TrainOptions options;
    private final ProgressListener listener;
    private final DepthEncoding encoding = DepthEncoding.PLACES;

    PlacesTraining(TrainOptions options, ProgressListener listener) {
        this.options = options;
        this.listener = listener;
        ComputeThreads.use(options.threads());
    }

    private Path frozen() {
        return options.run().resolve("autoencoder.safetensors");
    }

    private Path latents() {
        return options.run().resolve("latents");
    }

    private Path texts() {
        return options.run().resolve("texts");
    }

    /** Trains the autoencoder. */
    void autoencoder() throws IOException {
        try (var data = new PlacesData(options.tuples())) {
            new AutoencoderTraining(data, encoding, AutoencoderKlConfig.places(), options.run(), options)
                    .run(new Schedule.Time(options.autoencoderTime()), listener);
        }
    }

    /** Fixes the autoencoder for all that follows; does nothing if that was done. */
    void freeze() throws IOException {
        if (!FrozenAutoencoder.exists(frozen())) {
            try (var data = new PlacesData(options.tuples())) {
                data.refresh(options.mostShards());
                FrozenAutoencoder.freeze(
                        options.run().resolve("autoencoder.checkpoint"),
                        frozen(),
                        AutoencoderKlConfig.places(),
                        data,
                        encoding,
                        options.precision());
            }
        }
    }

    /** Encodes all captions: those of the sample sheets, those of the held-out scenes, then every scene's first wording, its second, ... */
    void encodeTexts() throws IOException {
        try (var data = new PlacesData(options.tuples());
                var encoder = new SentenceEncoder(options.threads())) {
            data.refresh(options.mostShards());
            var captions = new LinkedHashSet<String>();
            captions.add("");
            captions.addAll(SamplePrompts.PERSPECTIVE);
            captions.addAll(SamplePrompts.PANORAMA);
            for (List<TupleShard> shards : List.of(data.heldOut(), data.training())) {
                List<List<String>> wordings = shards.stream()
                        .flatMap(s -> s.scenes().stream())
                        .map(Scene::captions)
                        .toList();
                int most = wordings.stream().mapToInt(List::size).max().orElse(0);
                for (int i = 0; i < most; i++) {
                    int nth = i;
                    wordings.stream().filter(w -> w.size() > nth).forEach(w -> captions.add(w.get(nth)));
                }
            }
            TextFeatures.extend(texts(), captions, encoder, done -> {
                if (done % CAPTIONS_PER_PASS == 0) {
                    listener.update(new Progress("texts", done, done / (double) captions.size(), Double.NaN));
                }
            });
        }
    }

    /** Encodes all scenes, then their mirrored copies. */
    void encodeLatents() throws IOException {
        try (var data = new PlacesData(options.tuples());
                var autoencoder = FrozenAutoencoder.open(frozen(), AutoencoderKlConfig.places(), options.precision())) {
            data.refresh(options.mostShards());
            var shards = new ArrayList<TupleShard>(data.training());
            shards.addAll(0, data.heldOut());
            Files.createDirectories(latents());
            int done = 0;
            for (boolean mirrored : new boolean[] {false, true}) {
                for (TupleShard shard : mirrored ? data.training() : shards) {
                    Path file = LatentStore.file(latents(), shard.name(), mirrored);
                    if (!Files.exists(file)) {
                        LatentStore.write(file, shard, mirrored, autoencoder, encoding);
                    }
                    done++;
                    listener.update(new Progress(
                            "latents",
                            done,
                            done / (double) (shards.size() + data.training().size()),
                            Double.NaN));
                }
            }
        }
    }

    /** Trains the U-Net, writing the model folder at every checkpoint. */
    void unet() throws IOException {
        try (var tuples = new PlacesData(options.tuples());
                var data = new UNetData(tuples, latents(), texts(), options.seed());
                var autoencoder = FrozenAutoencoder.open(frozen(), AutoencoderKlConfig.places(), options.precision())) {
            new UNetTraining(data, autoencoder, encoding, UNet2DConditionConfig.places(), options.run(), options)
                    .run(new Schedule.Time(options.unetTime()), listener);
        }
    }

    /** Trains the upscaler, adding it to the model folder at every checkpoint. */
    void upscaler() throws IOException {
        var config = RgbdUpscalerConfig.places();
        try (var data = new PlacesData(options.large());
                var autoencoder = FrozenAutoencoder.open(frozen(), AutoencoderKlConfig.places(), options.precision())) {
            data.refresh(options.mostShards());
            new UpscalerTraining(
                            new LargePictures(data.training(), autoencoder, encoding, config.scale()),
                            new LargePictures(data.heldOut(), autoencoder, encoding, config.scale()),
                            config,
                            options.run(),
                            options)
                    .run(new Schedule.Time(options.upscalerTime()), listener);
        }
    }
}
