package dev.suffice.train;

import dev.suffice.train.loop.LearningRate;
import dev.suffice.train.loop.LossLog;
import dev.suffice.train.loop.Schedule;
import dev.suffice.train.loop.TrainingLoop;
import dev.suffice.train.nn.AdamW;
import dev.suffice.train.nn.Parameters;
import dev.suffice.train.nn.RgbdUpscaler;
import dev.suffice.train.nn.RgbdUpscalerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * Trains the upscaler to give the large rendering for what the frozen autoencoder makes of the small one, so that it also takes away the
 * autoencoder's own traces: Charbonnier loss on the pixels and on their gradients, depth weighted up.
 *
 * <p>The random numbers of a step derive from the seed and the step alone, so a checkpoint needs no generator state.
 */
final class UpscalerTraining implements TrainingLoop.Stage {
    private static final System.Logger LOG = System.getLogger(UpscalerTraining.class.getName());
    private static final int PICTURES = 2;
    private static final int WINDOWS = 4;
    private static final int SIDE = 32;
    private static final double MOST_NOISE = 0.5;
    private static final double PEAK_RATE = 1e-3;
    private static final long WARM_UP = 100;
    private static final float DEPTH_WEIGHT = 3;
    private static final double GRADIENT_WEIGHT = 0.5;
    private static final int VALIDATED = 24;

    private final LargePictures training;
    private final LargePictures heldOut;
    private final Path folder;
    private final TrainOptions options;
    private final Parameters parameters = new Parameters();
    private final RgbdUpscaler network;
    private final LossLog log;

    UpscalerTraining(
            LargePictures training,
            LargePictures heldOut,
            RgbdUpscalerConfig config,
            Path folder,
            TrainOptions options) {
        this.training = training;
        this.heldOut = heldOut;
        this.network = new RgbdUpscaler(parameters, config);
        this.folder = folder;
        this.options = options;
        this.log = new LossLog(folder.resolve("upscaler-loss.csv"));
    }

    /** Trains until the schedule is done, going on from the checkpoint if there is one. */
    void run(Schedule schedule, ProgressListener listener) throws IOException {
        parameters.allocate(options.seed() + 2, options.precision());
        try (var optimiser = new AdamW(parameters, 0.9, 0.99, 1e-4, 1, 0.998)) {
            new TrainingLoop("upscaler", folder, parameters, optimiser, options.checkpointEvery(), listener)
                    .run(this, schedule, LearningRate.cosine(PEAK_RATE, WARM_UP));
        } finally {
            parameters.close();
        }
    }

    @Override
    public void begin() throws IOException {
        refresh();
    }

    @Override
    public void resume(Map<String, String> counters) {
        // the order of the data derives from the step
    }

    @Override
    public void refresh() throws IOException {
        if (training.items().isEmpty()) {
            throw new IOException(options.large() + ": no rendered pictures");
        }
    }

    @Override
    public Map<String, String> counters() {
        return Map.of();
    }

    @Override
    public double backward(long step, double progress) {
        var random = new SplittableRandom(options.seed() * 1_000_003 + step);
        try (var _ = new PointerScope()) {
            var small = new ArrayList<Tensor>();
            var large = new ArrayList<Tensor>();
            for (int i = 0; i < PICTURES; i++) {
                var item = training.items().get(random.nextInt(training.items().size()));
                Tensor picture = training.small(item, MOST_NOISE * random.nextDouble(), random);
                for (int j = 0; j < WINDOWS; j++) {
                    int left = random.nextInt((int) picture.size(3) - SIDE + 1);
                    int top = random.nextInt((int) picture.size(2) - SIDE + 1);
                    small.add(picture.narrow(2, top, SIDE).narrow(3, left, SIDE));
                    large.add(training.large(item, left, top, SIDE));
                }
            }
            Tensor made = network.apply(stack(small), false);
            Tensor weight = Tensor.create(new float[] {1, 1, 1, DEPTH_WEIGHT}, 1, 4, 1, 1);
            Tensor difference = made.sub(stack(large)).mul(weight);
            Tensor loss = charbonnier(difference)
                    .add(charbonnier(AutoencoderTraining.across(difference))
                            .add(charbonnier(AutoencoderTraining.down(difference)))
                            .mul(new Scalar(GRADIENT_WEIGHT)));
            loss.backward();
            return loss.item_float();
        }
    }

    private static Tensor stack(List<Tensor> windows) {
        return torch.cat(new TensorVector(windows.toArray(Tensor[]::new)), 0);
    }

    private static Tensor charbonnier(Tensor x) {
        return x.square().add(new Scalar(1e-5)).sqrt().mean();
    }

    @Override
    public void report(AdamW optimiser, long step) throws IOException {
        try (var evaluated = new Parameters()) {
            var averaged = new RgbdUpscaler(evaluated, network.config());
            evaluated.allocate(0, options.precision());
            evaluated.load(optimiser.average());
            Map<String, Double> quality = quality(averaged);
            log.append(step, quality);
            log.plot("upscaler", List.of("train"));
            LOG.log(System.Logger.Level.INFO, "step {0}: {1}", Long.toString(step), quality);
            Upscalers.write(folder.resolve(Upscalers.FOLDER), network.config(), evaluated);
            if (Files.isDirectory(options.export())) {
                Upscalers.write(options.export().resolve(Upscalers.FOLDER), network.config(), evaluated);
            }
        }
    }

    /**
     * PSNR on held-out pictures, of the upscaler and of smooth interpolation, from latents as they are and from imperfect ones; the first
     * six of the latter go to the sheet.
     */
    private Map<String, Double> quality(RgbdUpscaler averaged) throws IOException {
        var quality = new LinkedHashMap<String, Double>();
        quality(averaged, 0, "", new Sheet(3), quality);
        var sheet = new Sheet(3);
        quality(averaged, MOST_NOISE / 2, "Noisy", sheet, quality);
        sheet.write(folder.resolve("upscaler-sheet.png"));
        return quality;
    }

    private void quality(RgbdUpscaler averaged, double noise, String suffix, Sheet sheet, Map<String, Double> quality) {
        var squared = new double[4];
        int done = 0;
        for (var item : heldOut.items()) {
            if (item.scene().panorama() || done == VALIDATED) {
                continue;
            }
            try (var _ = new PointerScope();
                    var _ = new NoGradGuard()) {
                Tensor small = heldOut.small(item, noise, new SplittableRandom(done));
                Tensor large = heldOut.large(item, 0, 0, (int) small.size(2));
                Tensor made = LargePictures.inRange(averaged.apply(small, false));
                long[] size = {large.size(2), large.size(3)};
                Tensor smooth =
                        torch.upsample_bicubic2d(small, size, false, new DoubleOptional(), new DoubleOptional());
                add(squared, 0, made, large);
                add(squared, 2, smooth, large);
                if (done < 6) {
                    sheet.add(smooth, List.of("bicubic"));
                    sheet.add(made, List.of("upscaler"));
                    sheet.add(large, List.of("rendering"));
                }
            }
            done++;
        }
        var names = List.of("rgbPsnr", "depthPsnr", "rgbPsnrBicubic", "depthPsnrBicubic");
        for (int i = 0; i < 4; i++) {
            quality.put(names.get(i) + suffix, Math.round(-1000 * Math.log10(squared[i] / Math.max(1, done))) / 100.0);
        }
    }

    /** Mean squared errors of colours and depth, both of 0..1. */
    private static void add(double[] squared, int at, Tensor made, Tensor large) {
        Tensor error = made.sub(large).mul(new Scalar(0.5)).square();
        squared[at] += error.narrow(1, 0, 3).mean().item_float();
        squared[at + 1] += error.narrow(1, 3, 1).mean().item_float();
    }
}
