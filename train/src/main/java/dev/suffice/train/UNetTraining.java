package dev.suffice.train;

import dev.suffice.train.loop.LearningRate;
import dev.suffice.train.loop.LossLog;
import dev.suffice.train.loop.Schedule;
import dev.suffice.train.loop.TrainingLoop;
import dev.suffice.train.nn.AdamW;
import dev.suffice.train.nn.NoiseSchedule;
import dev.suffice.train.nn.Parameters;
import dev.suffice.train.nn.UNet2DCondition;
import dev.suffice.train.nn.UNet2DConditionConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/**
 * Trains the U-Net to predict v (Salimans and Ho 2022) from noised latents and captions: stratified timesteps, min-SNR weights,
 * captions dropped for one picture in ten (classifier-free guidance, Ho and Salimans 2022), panoramas in batches of their own with
 * wrap-around convolutions.
 *
 * <p>The random numbers of a step derive from the seed and the step alone, so a checkpoint needs no generator state.
 */
final class UNetTraining implements TrainingLoop.Stage {
    private static final System.Logger LOG = System.getLogger(UNetTraining.class.getName());
    private static final int BATCH = 32;
    private static final int PANORAMA_BATCH = 16;
    private static final double PEAK_RATE = 8e-4;
    private static final long WARM_UP = 200;
    private static final double DROPPED_CAPTIONS = 0.1;
    private static final double GAMMA = 5;
    private static final int SIDE = 16;
    private static final int CHANNELS = 8;

    private final UNetData data;
    private final FrozenAutoencoder autoencoder;
    private final DepthEncoding encoding;
    private final Path folder;
    private final TrainOptions options;
    private final NoiseSchedule schedule = new NoiseSchedule();
    private final Parameters parameters = new Parameters();
    private final UNet2DCondition network;
    private final LossLog log;
    private long perspectiveSeen;
    private long panoramasSeen;

    UNetTraining(
            UNetData data,
            FrozenAutoencoder autoencoder,
            DepthEncoding encoding,
            UNet2DConditionConfig config,
            Path folder,
            TrainOptions options) {
        this.network = new UNet2DCondition(parameters, config);
        this.data = data;
        this.autoencoder = autoencoder;
        this.encoding = encoding;
        this.folder = folder;
        this.options = options;
        this.log = new LossLog(folder.resolve("unet-loss.csv"));
    }

    /** Trains until the schedule is done, going on from the checkpoint if there is one. */
    void run(Schedule length, ProgressListener listener) throws IOException {
        parameters.allocate(options.seed() + 1, options.precision());
        try (var optimiser = new AdamW(parameters, 0.9, 0.99, 0.01, 1, 0.999)) {
            new TrainingLoop("unet", folder, parameters, optimiser, options.checkpointEvery(), listener)
                    .run(this, length, LearningRate.cosine(PEAK_RATE, WARM_UP));
        } finally {
            parameters.close();
        }
    }

    @Override
    public void begin() throws IOException {
        refresh();
    }

    @Override
    public void resume(Map<String, String> counters) throws IOException {
        perspectiveSeen = Long.parseLong(counters.getOrDefault("perspectiveSeen", "0"));
        panoramasSeen = Long.parseLong(counters.getOrDefault("panoramasSeen", "0"));
        data.refresh(Optional.of(List.of(counters.getOrDefault("shards", "").split(","))), options.mostShards());
    }

    @Override
    public void refresh() throws IOException {
        data.refresh(Optional.empty(), options.mostShards());
        if (data.perspective().isEmpty()) {
            throw new IOException(folder + ": no encoded scenes: run the stages texts and latents first");
        }
    }

    @Override
    public Map<String, String> counters() {
        return Map.of(
                "perspectiveSeen", Long.toString(perspectiveSeen),
                "panoramasSeen", Long.toString(panoramasSeen),
                "shards", String.join(",", data.names()));
    }

    /** One batch, ready for the network. */
    @SuppressWarnings("ArrayRecordComponent") // bulk data, never compared
    private record Batch(float[] latents, float[] texts, int count, int width, boolean panorama) {}

    @Override
    public double backward(long step, double progress) {
        var random = new SplittableRandom(options.seed() * 1_000_003 + step);
        int flat = data.perspective().size();
        int round = data.panoramas().size();
        boolean panorama = random.nextInt(flat + round) >= flat;
        Batch batch;
        if (panorama) {
            batch = batch(data.sequence(data.panoramas(), panoramasSeen, PANORAMA_BATCH), random, true);
            panoramasSeen += PANORAMA_BATCH;
        } else {
            batch = batch(data.sequence(data.perspective(), perspectiveSeen, BATCH), random, false);
            perspectiveSeen += BATCH;
        }
        try (var _ = new PointerScope()) {
            int[] timesteps = stratified(batch.count(), random);
            Tensor loss = error(network, batch, timesteps, random, true);
            loss.backward();
            return loss.item_float();
        }
    }

    private Batch batch(List<UNetData.Item> items, SplittableRandom random, boolean panorama) {
        int width = panorama ? 2 * SIDE : SIDE;
        float[] latents = new float[items.size() * CHANNELS * SIDE * width];
        float[] texts = new float[items.size() * SentenceEncoder.TOKENS * SentenceEncoder.WIDTH];
        for (int i = 0; i < items.size(); i++) {
            UNetData.Item item = items.get(i);
            boolean mirrored = random.nextBoolean() && item.mirrored().isPresent();
            LatentStore store = mirrored ? item.mirrored().get() : item.latents();
            store.read(item.scene(), latents, i * CHANNELS * SIDE * width);
            String caption = item.captions().get(random.nextInt(item.captions().size()));
            data.features().read(random.nextDouble() < DROPPED_CAPTIONS ? "" : caption, texts, i);
        }
        return new Batch(latents, texts, items.size(), width, panorama);
    }

    /** One timestep out of each of N equal parts of the range, in random order. */
    private static int[] stratified(int count, SplittableRandom random) {
        int[] timesteps = new int[count];
        for (int i = 0; i < count; i++) {
            int t = (int) ((i + random.nextDouble()) * NoiseSchedule.STEPS / count);
            int j = random.nextInt(i + 1);
            timesteps[i] = timesteps[j];
            timesteps[j] = Math.min(t, NoiseSchedule.STEPS - 1);
        }
        return timesteps;
    }

    private Tensor error(
            UNet2DCondition unet, Batch batch, int[] timesteps, SplittableRandom random, boolean weighted) {
        int n = batch.count();
        int size = CHANNELS * SIDE * batch.width();
        float[] noised = new float[n * size];
        float[] target = new float[n * size];
        float[] weights = new float[n];
        float[] times = new float[n];
        for (int i = 0; i < n; i++) {
            double alpha = schedule.alphaCumulative(timesteps[i]);
            float signal = (float) Math.sqrt(alpha);
            float noise = (float) Math.sqrt(1 - alpha);
            times[i] = timesteps[i];
            weights[i] = weighted ? (float) schedule.weight(timesteps[i], GAMMA) : 1;
            for (int j = i * size; j < (i + 1) * size; j++) {
                float epsilon = (float) random.nextGaussian();
                noised[j] = signal * batch.latents()[j] + noise * epsilon;
                target[j] = signal * epsilon - noise * batch.latents()[j];
            }
        }
        long[] shape = {n, CHANNELS, SIDE, batch.width()};
        Tensor text = Tensor.create(batch.texts(), n, SentenceEncoder.TOKENS, SentenceEncoder.WIDTH);
        Tensor predicted = unet.predict(Tensor.create(noised, shape), times, text, batch.panorama());
        return predicted
                .sub(Tensor.create(target, shape))
                .square()
                .mul(Tensor.create(weights, n, 1, 1, 1))
                .mean();
    }

    @Override
    public void report(AdamW optimiser, long step) throws IOException {
        try (var evaluated = new Parameters()) {
            var averaged = new UNet2DCondition(evaluated, network.config());
            evaluated.allocate(0, options.precision());
            evaluated.load(optimiser.average());
            Map<String, Double> validation = validate(averaged);
            log.append(step, validation);
            log.plot("U-Net", List.of("train", "right", "none", "wrong"));
            sheets(averaged);
            LOG.log(
                    System.Logger.Level.INFO,
                    "step {0}: {1} perspective pictures and {2} panoramas seen, {3} scenes; validation {4}",
                    Long.toString(step),
                    Long.toString(perspectiveSeen),
                    Long.toString(panoramasSeen),
                    Integer.toString(
                            data.perspective().size() + data.panoramas().size()),
                    validation);
            export(evaluated, step, validation);
        }
    }

    private void export(Parameters averaged, long step, Map<String, Double> validation) throws IOException {
        var notes = new LinkedHashMap<String, String>();
        notes.put("optimiser_steps", Long.toString(step));
        notes.put("pictures_seen", Long.toString(perspectiveSeen + panoramasSeen));
        notes.put("validation_v_error", validation.toString());
        ModelFolder.write(
                options.export(),
                autoencoder.network().config(),
                new ModelFolder.Weights(
                        autoencoder.parameters(), autoencoder.parameters().master()),
                network.config(),
                new ModelFolder.Weights(averaged, averaged.master()),
                SentenceEncoder.files(),
                encoding,
                folder.resolve(Upscalers.FOLDER),
                notes);
    }

    /** Mean squared error of v on held-out pictures with their own caption, with none, and with another picture's. */
    private Map<String, Double> validate(UNet2DCondition averaged) {
        List<UNetData.Item> items = data.heldOut().stream().limit(4 * BATCH).toList();
        var sums = new LinkedHashMap<String, Double>();
        int batches = 0;
        for (int from = 0; from + BATCH <= items.size(); from += BATCH) {
            List<UNetData.Item> chosen = items.subList(from, from + BATCH);
            for (String kind : List.of("right", "none", "wrong")) {
                var captions = new ArrayList<String>();
                for (int i = 0; i < BATCH; i++) {
                    captions.add(
                            switch (kind) {
                                case "right" -> chosen.get(i).captions().getFirst();
                                case "none" -> "";
                                default ->
                                    chosen.get((i + BATCH / 2) % BATCH)
                                            .captions()
                                            .getFirst();
                            });
                }
                var random = new SplittableRandom(from);
                Batch batch = batch(chosen, random, false);
                for (int i = 0; i < BATCH; i++) {
                    data.features().read(captions.get(i), batch.texts(), i);
                }
                try (var _ = new PointerScope();
                        var _ = new NoGradGuard()) {
                    int[] timesteps = stratified(BATCH, random);
                    sums.merge(
                            kind,
                            (double) error(averaged, batch, timesteps, random, false)
                                    .item_float(),
                            Double::sum);
                }
            }
            batches++;
        }
        int total = Math.max(1, batches);
        sums.replaceAll((kind, sum) -> Math.round(1e5 * sum / total) / 1e5);
        return sums;
    }

    private void sheets(UNet2DCondition averaged) throws IOException {
        var sampler = new DdimSampler(averaged, schedule, 25, 4);
        sheet(sampler, SamplePrompts.PERSPECTIVE, false, 6, folder.resolve("unet-sheet.png"));
        sheet(sampler, SamplePrompts.PANORAMA, true, 1, folder.resolve("unet-panoramas.png"));
    }

    private void sheet(DdimSampler sampler, List<String> prompts, boolean panorama, int columns, Path file)
            throws IOException {
        int n = prompts.size();
        float[] texts = new float[2 * n * SentenceEncoder.TOKENS * SentenceEncoder.WIDTH];
        for (int i = 0; i < n; i++) {
            data.features().read(prompts.get(i), texts, i);
            data.features().read("", texts, n + i);
        }
        long[] shape = {n, CHANNELS, SIDE, panorama ? 2 * SIDE : SIDE};
        float[] latents = sampler.sample(texts, shape, panorama, 7);
        var sheet = new Sheet(columns);
        try (var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            sheet.add(autoencoder.network().decode(Tensor.create(latents, shape), panorama), prompts);
        }
        sheet.write(file);
    }
}
