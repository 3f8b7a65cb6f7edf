package dev.suffice.train;

import dev.suffice.train.loop.Checkpoint;
import dev.suffice.train.loop.LearningRate;
import dev.suffice.train.loop.LossLog;
import dev.suffice.train.loop.Schedule;
import dev.suffice.train.loop.TrainingLoop;
import dev.suffice.train.nn.AdamW;
import dev.suffice.train.nn.AutoencoderKl;
import dev.suffice.train.nn.AutoencoderKlConfig;
import dev.suffice.train.nn.Parameter;
import dev.suffice.train.nn.Parameters;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Trains the autoencoder on windows of the tuples: Charbonnier and squared loss on the pixels, L1 loss on their gradients at three
 * scales (which keeps edges and the relief of objects sharp; its weight grows, because early on it only adds noise), depth and
 * object pixels weighted up, squared loss on the means of blocks of 8x8 pixels, and a small KL term.
 *
 * <p>The random numbers of a step derive from the seed and the step alone, so a checkpoint needs no generator state.
 */
final class AutoencoderTraining implements TrainingLoop.Stage {
    private static final System.Logger LOG = System.getLogger(AutoencoderTraining.class.getName());
    private static final int WINDOW = 64;
    private static final int BATCH = 8;
    private static final double PEAK_RATE = 1e-3;
    private static final long WARM_UP = 100;
    private static final double KL_WEIGHT = 5e-5;
    private static final double SQUARED_WEIGHT = 3;
    /** The mean colour of a block of pixels: without this term hues are learned last. */
    private static final double BLOCK_WEIGHT = 40;

    private static final double FIRST_GRADIENT_WEIGHT = 0.15;
    private static final double LAST_GRADIENT_WEIGHT = 0.6;
    private static final float DEPTH_WEIGHT = 4;
    private static final float FIRST_LOG_VARIANCE = -6;

    private final PlacesData data;
    private final DepthEncoding encoding;
    private final Path folder;
    private final TrainOptions options;
    private final Parameters parameters = new Parameters();
    private final AutoencoderKl network;
    private final LossLog log;

    /** How well the autoencoder does on held-out pictures. */
    record Quality(double rgbPsnr, double depthPsnr, double objectDepthError) {
        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "RGB %.2f dB, depth %.2f dB, relative depth error on objects %.2f%%",
                    rgbPsnr,
                    depthPsnr,
                    100 * objectDepthError);
        }
    }

    AutoencoderTraining(
            PlacesData data, DepthEncoding encoding, AutoencoderKlConfig config, Path folder, TrainOptions options) {
        this.network = new AutoencoderKl(parameters, config);
        this.data = data;
        this.encoding = encoding;
        this.folder = folder;
        this.options = options;
        this.log = new LossLog(folder.resolve("autoencoder-loss.csv"));
    }

    /** Trains until the schedule is done, going on from the checkpoint if there is one. */
    void run(Schedule schedule, ProgressListener listener) throws IOException {
        parameters.allocate(options.seed(), options.precision());
        try (var optimiser = new AdamW(parameters, 0.9, 0.99, 1e-4, 1, 0.998)) {
            var loop =
                    new TrainingLoop("autoencoder", folder, parameters, optimiser, options.checkpointEvery(), listener);
            loop.run(this, schedule, LearningRate.cosine(PEAK_RATE, WARM_UP));
        } finally {
            parameters.close();
        }
    }

    @Override
    public void begin() throws IOException {
        startWithLittleNoise();
        refresh();
    }

    @Override
    public void resume(Map<String, String> counters) throws IOException {
        data.restore(List.of(counters.getOrDefault("shards", "").split(",")));
    }

    @Override
    public void refresh() throws IOException {
        data.refresh(options.mostShards());
        if (data.training().isEmpty()) {
            throw new IOException(
                    options.tuples() + ": no shard-*.jsonl of training scenes: run the stage render first");
        }
    }

    @Override
    public Map<String, String> counters() {
        return Map.of("shards", data.training().stream().map(TupleShard::name).collect(Collectors.joining(",")));
    }

    /** At variance 1 the first latents would be mostly noise, and the decoder would learn nothing from them for long. */
    private void startWithLittleNoise() {
        Parameter bias = parameters.named("quant_conv.bias");
        float[] values = parameters.read(bias, parameters.master());
        Arrays.fill(values, values.length / 2, values.length, FIRST_LOG_VARIANCE);
        parameters.write(bias, values);
        parameters.refresh();
    }

    @Override
    public double backward(long step, double progress) {
        boolean whole = progress > 0.8;
        var random = new SplittableRandom(options.seed() * 1_000_003 + step);
        int side = whole ? 2 * WINDOW : WINDOW;
        int batch = whole ? BATCH / 4 : BATCH;
        float[] planes = new float[batch * 4 * side * side];
        float[] mask = new float[batch * side * side];
        for (int n = 0; n < batch; n++) {
            TupleShard shard =
                    data.training().get(random.nextInt(data.training().size()));
            Scene scene = shard.scenes().get(random.nextInt(shard.scenes().size()));
            int left = random.nextInt(scene.width() - side + 1);
            int top = random.nextInt(scene.height() - side + 1);
            shard.window(
                    scene,
                    left,
                    top,
                    side,
                    side,
                    random.nextBoolean(),
                    encoding,
                    planes,
                    n * 4 * side * side,
                    mask,
                    n * side * side);
        }
        float[] noise = new float[batch * network.config().latentChannels() * side * side / 64];
        for (int i = 0; i < noise.length; i++) {
            noise[i] = (float) random.nextGaussian();
        }
        try (var _ = new PointerScope()) {
            Tensor images = Tensor.create(planes, batch, 4, side, side);
            Tensor weight = Tensor.create(mask, batch, 1, side, side)
                    .add(new Scalar(1))
                    .mul(Tensor.create(new float[] {1, 1, 1, DEPTH_WEIGHT}, 1, 4, 1, 1));
            AutoencoderKl.Posterior posterior = network.encode(images, false);
            Tensor mean = posterior.mean();
            Tensor deviation = posterior.logVariance().mul(new Scalar(0.5)).exp();
            long[] shape = mean.shape();
            Tensor decoded = network.decode(mean.add(deviation.mul(Tensor.create(noise, shape))), false);
            Tensor difference = decoded.sub(images);
            Tensor squared = difference.square();
            Tensor loss = squared.add(new Scalar(1e-5))
                    .sqrt()
                    .add(squared.mul(new Scalar(SQUARED_WEIGHT)))
                    .mul(weight)
                    .mean();
            double gradientWeight = FIRST_GRADIENT_WEIGHT + (LAST_GRADIENT_WEIGHT - FIRST_GRADIENT_WEIGHT) * progress;
            Tensor blocks = torch.avg_pool2d(difference, 8, 8).square().mean();
            loss = loss.add(blocks.mul(new Scalar(BLOCK_WEIGHT)));
            Tensor channel = Tensor.create(new float[] {1, 1, 1, DEPTH_WEIGHT}, 1, 4, 1, 1);
            Tensor scaled = difference;
            for (int scale = 0; scale < 3; scale++) {
                loss = loss.add(gradients(scaled, channel).mul(new Scalar(gradientWeight / 3)));
                scaled = torch.avg_pool2d(scaled, 2, 2);
            }
            Tensor kl = mean.square()
                    .add(deviation.square())
                    .sub(new Scalar(1))
                    .sub(posterior.logVariance())
                    .mean()
                    .mul(new Scalar(0.5));
            Tensor total = loss.add(kl.mul(new Scalar(KL_WEIGHT)));
            total.backward();
            return total.item_float();
        }
    }

    private static Tensor gradients(Tensor x, Tensor weight) {
        return across(x).abs().mul(weight).mean().add(down(x).abs().mul(weight).mean());
    }

    /** Differences of columns that follow each other. */
    static Tensor across(Tensor x) {
        return x.narrow(3, 1, x.size(3) - 1).sub(x.narrow(3, 0, x.size(3) - 1));
    }

    /** Differences of rows that follow each other. */
    static Tensor down(Tensor x) {
        return x.narrow(2, 1, x.size(2) - 1).sub(x.narrow(2, 0, x.size(2) - 1));
    }

    @Override
    public void report(AdamW optimiser, long step) throws IOException {
        try (var evaluated = new Parameters()) {
            var averaged = new AutoencoderKl(evaluated, network.config());
            evaluated.allocate(0, options.precision());
            evaluated.load(optimiser.average());
            Quality quality = quality(averaged, 48, folder.resolve("autoencoder-sheet.png"));
            var values = new LinkedHashMap<String, Double>();
            values.put("rgbPsnr", quality.rgbPsnr());
            values.put("depthPsnr", quality.depthPsnr());
            values.put("objectDepthError", quality.objectDepthError());
            log.append(step, values);
            log.plot("autoencoder", List.of("train"));
            LOG.log(System.Logger.Level.INFO, "step {0}: {1}", Long.toString(step), quality);
        }
    }

    /** Measures on whole held-out perspective pictures; the first twelve go to the sheet, originals in the upper rows. */
    private Quality quality(AutoencoderKl averaged, int count, Path sheetFile) throws IOException {
        double[] squared = new double[2];
        long[] counted = new long[2];
        double relative = 0;
        long objectPixels = 0;
        int done = 0;
        var shown = new Sheet(6);
        for (TupleShard shard : data.heldOut()) {
            for (Scene scene : shard.scenes()) {
                if (scene.panorama() || done >= count) {
                    continue;
                }
                int area = scene.width() * scene.height();
                float[] planes = new float[4 * area];
                float[] mask = new float[area];
                shard.window(scene, 0, 0, scene.width(), scene.height(), false, encoding, planes, 0, mask, 0);
                try (var _ = new PointerScope();
                        var _ = new NoGradGuard()) {
                    Tensor image = Tensor.create(planes, 1, 4, scene.height(), scene.width());
                    Tensor decoded =
                            averaged.decode(averaged.encode(image, false).mean(), false);
                    float[] values = Checkpoint.values(decoded.contiguous());
                    for (int i = 0; i < values.length; i++) {
                        double error = (Math.clamp(values[i], -1, 1) - planes[i]) / 2;
                        int kind = i < 3 * area ? 0 : 1;
                        squared[kind] += error * error;
                        counted[kind]++;
                        if (kind == 1 && mask[i - 3 * area] > 0) {
                            relative += Math.abs(Math.expm1(error * Math.log(encoding.far() / encoding.near())));
                            objectPixels++;
                        }
                    }
                    if (done < 12) {
                        shown.add(image, List.of());
                        shown.add(decoded, List.of());
                    }
                }
                done++;
            }
        }
        shown.write(sheetFile);
        return new Quality(
                -10 * Math.log10(squared[0] / counted[0]),
                -10 * Math.log10(squared[1] / counted[1]),
                relative / Math.max(1, objectPixels));
    }
}
