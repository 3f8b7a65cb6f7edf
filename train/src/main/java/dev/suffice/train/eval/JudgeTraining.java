package dev.suffice.train.eval;

import dev.suffice.train.Progress;
import dev.suffice.train.ProgressListener;
import dev.suffice.train.files.AtomicFile;
import dev.suffice.train.nn.ComputeThreads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AdamW;
import org.bytedeco.pytorch.AdamWOptions;
import org.bytedeco.pytorch.InputArchive;
import org.bytedeco.pytorch.OutputArchive;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * Trains the three judges on renderings and measures them on held-out ones: a classifier of the main object or the landscape, and a
 * depth estimator, and an estimator of where objects are. Written to the run folder: {@code classifier.safetensors} and {@code classifier.json}, {@code depth.safetensors}
 * and {@code depth.json}, {@code objects.safetensors} and {@code objects.json}, and a checkpoint of each that training goes on from.
 *
 * <p>The random numbers of a step derive from the seed and the step alone. One run at a time in a folder.
 */
public final class JudgeTraining {
    private static final int BATCH = 64;
    private static final double PEAK_RATE = 2e-3;
    private static final double WEIGHT_DECAY = 0.02;
    private static final double WARM_UP = 0.05;
    private static final double SMOOTHING = 0.1;
    private static final long NO_COLOUR = -100;
    private static final int MEAN = 1;
    private static final int REPORT_STEPS = 10;

    private final Renderings renderings;
    private final Path folder;
    private final Options options;

    /**
     * How to train.
     *
     * @param seed seed of initialisation, order and augmentation
     * @param time training time of each judge, over all runs
     * @param mostSteps optimiser steps of each judge, at most; runs that end by steps are repeatable
     * @param checkpointEvery time between checkpoints
     * @param threads threads that libtorch computes with, for the whole process
     * @param fewestShards training refuses to start with fewer complete training shards
     */
    public record Options(
            long seed, Duration time, long mostSteps, Duration checkpointEvery, int threads, int fewestShards) {
        /** Eight minutes each. */
        public static final Options DEFAULT =
                new Options(11, Duration.ofMinutes(8), 1_000_000, Duration.ofMinutes(1), 1, 20);
    }

    /**
     * Prepares training.
     *
     * @param folder where judges and checkpoints are written
     */
    public JudgeTraining(Renderings renderings, Path folder, Options options) {
        this.renderings = renderings;
        this.folder = folder;
        this.options = options;
    }

    /** A judge that is being trained. */
    private interface Learner {
        /** The loss of one batch, with its graph. */
        Tensor loss(List<Rendering> batch, float[] images, float[] maps);

        /** What the batch's maps are made of. */
        default float[] map(Rendering rendering) {
            return rendering.picture().nearness();
        }
    }

    /** A judge whose answer is a map. */
    private interface MapLoss {
        Tensor of(Tensor answer, Tensor truth);
    }

    /**
     * Trains the classifier, or goes on with it, and measures it.
     *
     * @throws IOException if there are not enough shards, or a file cannot be read or written
     */
    public ClassifierQuality classifier(ProgressListener listener) throws IOException {
        List<Integer> shards = shards("classifier");
        List<Rendering> scenes =
                renderings.read(shards).stream().filter(Rendering::labelled).toList();
        Labels labels = Labels.of(scenes);
        try (var weights = new JudgeWeights(options.seed())) {
            var network = new ClassifierNetwork(
                    weights, labels.labels().size(), labels.colours().size());
            train("classifier", weights, scenes, listener, (batch, images, depth) -> {
                var answer = network.apply(images(images, batch.size()), true);
                Tensor loss = crossEntropy(
                        answer.label(),
                        batch.stream().mapToLong(s -> labels.labels().indexOf(s.label())),
                        batch.size());
                loss = loss.add(crossEntropy(
                        answer.setting(), batch.stream().mapToLong(s -> s.indoors() ? 1 : 0), batch.size()));
                if (batch.stream().noneMatch(s -> !s.colour().isEmpty())) {
                    return loss;
                }
                return loss.add(crossEntropy(
                        answer.colour(),
                        batch.stream()
                                .mapToLong(s -> s.colour().isEmpty()
                                        ? NO_COLOUR
                                        : labels.colours().indexOf(s.colour())),
                        batch.size()));
            });
            var classifier = new SceneClassifier(weights, network, labels);
            ClassifierQuality quality = classifier.measure(renderings.read(renderings.shards(true)));
            weights.save(folder.resolve("classifier.safetensors"), Map.of("format", "pt"));
            new JudgeCard(folder)
                    .write(
                            "classifier",
                            new JudgeCard.Classifier(
                                    labels.labels(), labels.colours(), shards.size(), scenes.size(), quality));
            return quality;
        }
    }

    /** Trains the depth estimator, or goes on with it, and measures it. @throws IOException as {@link #classifier} */
    public DepthQuality depth(ProgressListener listener) throws IOException {
        return map(
                DepthJudge.NAME,
                (answer, truth) -> answer.sub(truth).abs().mean(),
                scene -> scene.picture().nearness(),
                (maps, heldOut) -> new DepthJudge(maps).measure(heldOut),
                JudgeCard.Depth::new,
                listener);
    }

    /** Trains the estimator of objects, or goes on with it, and measures it. @throws IOException as {@link #classifier} */
    public ObjectQuality objects(ProgressListener listener) throws IOException {
        return map(
                ObjectJudge.NAME,
                (answer, truth) -> torch.binary_cross_entropy_with_logits(answer, truth),
                Rendering::objects,
                (maps, heldOut) -> new ObjectJudge(maps).measure(heldOut),
                JudgeCard.Objects::new,
                listener);
    }

    /** Describes a judge. */
    private interface CardOf<Q> {
        Record of(int shards, int scenes, Q quality);
    }

    private <Q> Q map(
            String name,
            MapLoss loss,
            Function<Rendering, float[]> map,
            BiFunction<MapJudge, List<Rendering>, Q> measure,
            CardOf<Q> card,
            ProgressListener listener)
            throws IOException {
        List<Integer> shards = shards(name);
        List<Rendering> scenes = renderings.read(shards);
        try (var weights = new JudgeWeights(options.seed())) {
            var network = new MapNetwork(weights);
            train(name, weights, scenes, listener, new Learner() {
                @Override
                public Tensor loss(List<Rendering> batch, float[] images, float[] maps) {
                    Tensor truth = Tensor.create(maps, batch.size(), 1, Thumbnail.GRID, Thumbnail.GRID);
                    return loss.of(network.apply(images(images, batch.size()), true), truth);
                }

                @Override
                public float[] map(Rendering rendering) {
                    return map.apply(rendering);
                }
            });
            Q quality = measure.apply(new MapJudge(weights, network), renderings.read(renderings.shards(true)));
            weights.save(folder.resolve(name + ".safetensors"), Map.of("format", "pt"));
            new JudgeCard(folder).write(name, card.of(shards.size(), scenes.size(), quality));
            return quality;
        }
    }

    private static Tensor images(float[] values, int count) {
        return Tensor.create(values, count, 3, Thumbnail.SIDE, Thumbnail.SIDE);
    }

    private static Tensor crossEntropy(Tensor logits, LongStream answers, int count) {
        return torch.cross_entropy_loss(
                logits, Tensor.create(answers.toArray(), count), new TensorOptional(), MEAN, NO_COLOUR, SMOOTHING);
    }

    /** The shards that a checkpoint was trained on, or all there are. */
    private List<Integer> shards(String name) throws IOException {
        Path list = folder.resolve(name + ".shards");
        if (Files.exists(checkpoint(name)) && Files.exists(list)) {
            return Files.readString(list).strip().lines().map(Integer::valueOf).toList();
        }
        List<Integer> shards = renderings.shards(false);
        if (shards.size() < options.fewestShards()) {
            throw new IOException("training shards: " + shards.size() + " are complete, expected at least "
                    + options.fewestShards() + "; wait for the renderer");
        }
        AtomicFile.write(
                list,
                file -> Files.write(file, shards.stream().map(String::valueOf).toList()));
        return shards;
    }

    private Path checkpoint(String name) {
        return folder.resolve(name + ".checkpoint");
    }

    private void train(
            String name, JudgeWeights weights, List<Rendering> scenes, ProgressListener listener, Learner learner)
            throws IOException {
        ComputeThreads.use(options.threads());
        var rate = new AdamWOptions(PEAK_RATE);
        rate.weight_decay().put(WEIGHT_DECAY);
        try (var trained = weights.trained();
                var optimiser = new AdamW(trained, rate)) {
            long step = 0;
            long before = 0;
            if (Files.exists(checkpoint(name))) {
                long[] counters = resume(name, weights, optimiser);
                step = counters[0];
                before = counters[1];
            }
            long start = System.nanoTime() - before;
            long saved = System.nanoTime();
            double sum = 0;
            int count = 0;
            while (true) {
                // the first step does not look at the clock, so that a run counted in steps repeats bit for bit
                double clock = step == 0
                        ? 0
                        : (System.nanoTime() - start) / (double) options.time().toNanos();
                double progress = Math.max(clock, step / (double) options.mostSteps());
                if (progress >= 1) {
                    break;
                }
                sum += step(step, scenes, trained, optimiser, learningRate(progress), learner);
                step++;
                if (System.nanoTime() - saved >= options.checkpointEvery().toNanos()) {
                    checkpoint(name, weights, optimiser, step, System.nanoTime() - start);
                    saved = System.nanoTime();
                }
                if (++count == REPORT_STEPS) {
                    listener.update(new Progress(name, step, progress, sum / count));
                    sum = 0;
                    count = 0;
                }
            }
            checkpoint(name, weights, optimiser, step, System.nanoTime() - start);
            listener.update(new Progress(name, step, 1, count == 0 ? Double.NaN : sum / count));
        }
    }

    /** Linear warm-up, then half a cosine down to a hundredth. */
    static double learningRate(double progress) {
        double cosine = 0.01 + 0.99 * 0.5 * (1 + Math.cos(Math.PI * progress));
        return PEAK_RATE * cosine * Math.min(1, 0.02 + progress / WARM_UP);
    }

    private double step(
            long step,
            List<Rendering> scenes,
            TensorVector trained,
            AdamW optimiser,
            double learningRate,
            Learner learner) {
        var augmentation = new Augmentation(new SplittableRandom(options.seed() * 1_000_003 + step));
        List<Rendering> batch = batch(step, scenes);
        float[] images = new float[batch.size() * Thumbnail.VALUES];
        int area = Thumbnail.GRID * Thumbnail.GRID;
        float[] depth = new float[batch.size() * area];
        for (int i = 0; i < batch.size(); i++) {
            Rendering scene = batch.get(i);
            augmentation.apply(scene.picture(), learner.map(scene), images, i * Thumbnail.VALUES, depth, i * area);
        }
        try (var scope = new PointerScope()) {
            optimiser.param_groups().get(0).options().set_lr(learningRate);
            optimiser.zero_grad();
            Tensor loss = learner.loss(batch, images, depth);
            loss.backward();
            torch.clip_grad_norm_(trained, 5);
            optimiser.step();
            return loss.item_float();
        }
    }

    /** The scenes of a step: every epoch is a new order of all scenes. */
    private List<Rendering> batch(long step, List<Rendering> scenes) {
        int size = Math.min(BATCH, scenes.size());
        int perEpoch = scenes.size() / size;
        List<Integer> order =
                new ArrayList<>(IntStream.range(0, scenes.size()).boxed().toList());
        Collections.shuffle(order, new Random(options.seed() + step / perEpoch));
        int from = (int) (step % perEpoch) * size;
        return order.subList(from, from + size).stream().map(scenes::get).toList();
    }

    private void checkpoint(String name, JudgeWeights weights, AdamW optimiser, long step, long trainedNanos)
            throws IOException {
        AtomicFile.write(checkpoint(name), file -> {
            try (var scope = new PointerScope()) {
                var archive = new OutputArchive();
                weights.save(archive);
                var state = new OutputArchive();
                optimiser.save(state);
                archive.write("optimiser", state);
                archive.write("counters", Tensor.create(new long[] {step, trainedNanos}, 2));
                archive.save_to(file.toString());
            }
        });
    }

    private long[] resume(String name, JudgeWeights weights, AdamW optimiser) throws IOException {
        try (var scope = new PointerScope()) {
            var archive = new InputArchive();
            archive.load_from(checkpoint(name).toString());
            weights.load(archive);
            var state = new InputArchive();
            archive.read("optimiser", state);
            optimiser.load(state);
            var counters = new Tensor();
            archive.read("counters", counters);
            long[] values = new long[2];
            counters.data_ptr_long().get(values);
            return values;
        } catch (RuntimeException e) {
            throw new IOException(
                    checkpoint(name) + ": cannot be read as a checkpoint of this judge: " + e.getMessage()
                            + "; delete it to train anew",
                    e);
        }
    }
}
