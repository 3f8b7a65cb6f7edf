package dev.suffice.train.eval;

import dev.suffice.train.eval.EvaluationReport.Row;
import dev.suffice.train.eval.GeneratedPictures.Generated;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * Measures a model by the pictures that it made: what they show (after a classifier trained on renderings), whether their depth is in
 * order (after a depth estimator, and after rules that need none), how far they are from renderings, and how different pictures of one
 * prompt are. The same numbers are taken of held-out renderings, which bound what can be reached, and of baselines that need no model:
 * the training picture with the most similar caption, a random one, and the mean of all.
 *
 * <p>Deterministic. Not thread-safe.
 */
public final class PlacesEvaluation {
    private static final long SEED = 17;
    private static final int PAIRS = 300;
    private static final List<OrderKind> ORDERS = List.of(
            new OrderKind("one 1.25 times as far", 1.25, false),
            new OrderKind("one twice as far", 2, false),
            new OrderKind("side by side, one 1.25 times as far", 1.25, true));
    private static final double IN_ORDER = 0.9;

    private final Inputs inputs;

    /**
     * What to measure with what.
     *
     * @param pictures folder of results: NAME.png, NAME-depth.png, NAME.json
     * @param prompts the prompts with their answers
     * @param judges folder that {@link JudgeTraining} wrote
     * @param renderings the dataset: the judges were trained on the part that is not held out
     */
    public record Inputs(Path pictures, List<PromptCase> prompts, Path judges, Path renderings) {}

    /** A kind of point pairs. */
    private record OrderKind(String name, double ratio, boolean sideBySide) {
        PairOrder order() {
            return new PairOrder(PAIRS, PairOrder.codeStep(ratio), sideBySide);
        }
    }

    /** A picture and what it should show. */
    private record Sample(PromptCase asked, Thumbnail picture) {}

    /** A row and the verdicts behind it. */
    private record Measured(Row row, List<SceneClassifier.Verdict> verdicts) {}

    /** Prepares an evaluation. */
    public PlacesEvaluation(Inputs inputs) {
        this.inputs = inputs;
    }

    /** Measures. @throws IOException if a file is missing or broken, or no picture belongs to a prompt */
    public EvaluationReport evaluate() throws IOException {
        var cases = new LinkedHashMap<String, PromptCase>();
        inputs.prompts().forEach(c -> cases.put(c.prompt(), c));
        var samples = new ArrayList<Sample>();
        int ignored = 0;
        for (Generated generated : GeneratedPictures.read(inputs.pictures())) {
            PromptCase asked = cases.get(generated.prompt());
            if (asked == null) {
                ignored++;
            } else {
                samples.add(new Sample(asked, generated.picture()));
            }
        }
        if (samples.isEmpty()) {
            throw new IOException(inputs.pictures() + ": no picture of any of the " + cases.size() + " prompts ("
                    + ignored + " of others); generate them first");
        }
        long asked = samples.stream().map(s -> s.asked().prompt()).distinct().count();
        var renderings = new Renderings(inputs.renderings());
        List<Rendering> training = renderings.read(renderings.shards(false));
        List<Rendering> heldOut = renderings.read(renderings.shards(true)).stream()
                .filter(Rendering::labelled)
                .collect(Collectors.toCollection(ArrayList::new));
        if (training.isEmpty() || heldOut.size() < 4) {
            throw new IOException(inputs.renderings() + ": " + training.size() + " training and " + heldOut.size()
                    + " held-out pictures; the baselines need both");
        }
        Collections.shuffle(heldOut, new Random(SEED));
        var captions = renderings.trainingCaptions();
        var card = new JudgeCard(inputs.judges());
        Thumbnail mean = mean(training);
        try (var classifier = SceneClassifier.read(inputs.judges());
                var depth = DepthJudge.read(inputs.judges());
                var objects = ObjectJudge.read(inputs.judges())) {
            var judges = new Judges(classifier, depth, objects);
            // The reference and the floor are disjoint; every distance is between this many pictures and the reference.
            int size = Math.min(samples.size(), heldOut.size() / 2);
            List<double[]> features = features(
                    classifier.judge(heldOut.stream().map(Rendering::picture).toList()));
            judges.size = size;
            judges.meanDepth = mean.nearness();
            judges.reference = features.subList(size, heldOut.size());
            Measured model = judges.measure("places", samples);
            var rows = new ArrayList<Row>();
            rows.add(model.row());
            rows.add(judges.measure("renderer (held out)", samples(heldOut)).row());
            rows.add(judges.measure("nearest training caption", nearest(samples, training))
                    .row());
            rows.add(judges.measure("random training picture", random(samples, training))
                    .row());
            rows.add(judges.measure(
                            "mean picture",
                            samples.stream()
                                    .map(s -> new Sample(s.asked(), mean))
                                    .toList())
                    .row());
            return new EvaluationReport(
                    cases.size(),
                    (int) (cases.size() - asked),
                    ignored,
                    (int) cases.keySet().stream().filter(captions::contains).count(),
                    training.size(),
                    heldOut.size(),
                    classifier.labels().size(),
                    mostFrequent(samples),
                    size < 2
                            ? OptionalDouble.empty()
                            : OptionalDouble.of(FrechetDistance.between(features.subList(0, size), judges.reference)),
                    rows,
                    perLabel(samples, model.verdicts()),
                    confusions(samples, model.verdicts()),
                    card.classifier().heldOut(),
                    card.depth().heldOut(),
                    card.objects().heldOut());
        }
    }

    private static List<Sample> samples(List<Rendering> scenes) {
        return scenes.stream()
                .map(s -> new Sample(
                        new PromptCase(s.label() + " " + s.colour(), s.label(), s.kind(), s.colour()), s.picture()))
                .toList();
    }

    private static List<Sample> nearest(List<Sample> samples, List<Rendering> training) {
        var captions = new NearestCaption(training);
        var found = new HashMap<String, Thumbnail>();
        samples.forEach(s ->
                found.computeIfAbsent(s.asked().prompt(), p -> captions.find(p).picture()));
        return samples.stream()
                .map(s -> new Sample(s.asked(), found.getOrDefault(s.asked().prompt(), s.picture())))
                .toList();
    }

    private static List<Sample> random(List<Sample> samples, List<Rendering> training) {
        var random = new SplittableRandom(SEED);
        return samples.stream()
                .map(s -> new Sample(
                        s.asked(), training.get(random.nextInt(training.size())).picture()))
                .toList();
    }

    /** The mean of all colours and depth codes. */
    private static Thumbnail mean(List<Rendering> training) {
        double[] rgb = new double[Thumbnail.VALUES];
        double[] nearness = new double[Thumbnail.GRID * Thumbnail.GRID];
        for (Rendering scene : training) {
            for (int i = 0; i < rgb.length; i++) {
                rgb[i] += scene.picture().rgb()[i] & 0xff;
            }
            for (int i = 0; i < nearness.length; i++) {
                nearness[i] += scene.picture().nearness()[i];
            }
        }
        byte[] bytes = new byte[rgb.length];
        for (int i = 0; i < rgb.length; i++) {
            bytes[i] = (byte) Math.round(rgb[i] / training.size());
        }
        float[] depth = new float[nearness.length];
        for (int i = 0; i < depth.length; i++) {
            depth[i] = (float) (nearness[i] / training.size());
        }
        return new Thumbnail(bytes, depth);
    }

    private static List<double[]> features(List<SceneClassifier.Verdict> verdicts) {
        return verdicts.stream().map(SceneClassifier.Verdict::features).toList();
    }

    private static Proportion mostFrequent(List<Sample> samples) {
        Map<String, Long> counts =
                samples.stream().collect(Collectors.groupingBy(s -> s.asked().label(), Collectors.counting()));
        return new Proportion(Collections.max(counts.values()), samples.size());
    }

    private static boolean right(Sample sample, SceneClassifier.Verdict verdict) {
        return verdict.ranking().getFirst().equals(sample.asked().label());
    }

    private static Map<String, Proportion> perLabel(List<Sample> samples, List<SceneClassifier.Verdict> verdicts) {
        var counts = new TreeMap<String, Proportion>();
        for (int i = 0; i < samples.size(); i++) {
            counts.merge(
                    samples.get(i).asked().label(),
                    new Proportion(right(samples.get(i), verdicts.get(i)) ? 1 : 0, 1),
                    (a, b) -> new Proportion(a.right() + b.right(), a.total() + b.total()));
        }
        return counts;
    }

    private static List<String> confusions(List<Sample> samples, List<SceneClassifier.Verdict> verdicts) {
        var counts = new TreeMap<String, Integer>();
        for (int i = 0; i < samples.size(); i++) {
            if (!right(samples.get(i), verdicts.get(i))) {
                counts.merge(
                        samples.get(i).asked().label() + " -> "
                                + verdicts.get(i).ranking().getFirst(),
                        1,
                        Integer::sum);
            }
        }
        return counts.entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
                .limit(20)
                .map(e -> e.getKey() + ": " + e.getValue())
                .toList();
    }

    /** The judges with what they compare with. */
    private static final class Judges {
        private final SceneClassifier classifier;
        private final DepthJudge depth;
        private final ObjectJudge objects;
        private int size;
        private List<double[]> reference = List.of();
        private float[] meanDepth = {};

        Judges(SceneClassifier classifier, DepthJudge depth, ObjectJudge objects) {
            this.classifier = classifier;
            this.depth = depth;
            this.objects = objects;
        }

        Measured measure(String name, List<Sample> samples) {
            List<Thumbnail> pictures = samples.stream().map(Sample::picture).toList();
            List<SceneClassifier.Verdict> verdicts = classifier.judge(pictures);
            List<float[]> depths = depth.judge(pictures);
            var label = new Tally();
            var top3 = new Tally();
            var setting = new Tally();
            var colour = new Tally();
            var ordered = new Tally();
            var floor = new Tally();
            var sky = new Tally();
            double shares = 0;
            RandomGenerator random = new SplittableRandom(SEED);
            PairOrder order = ORDERS.getFirst().order();
            var groups = new HashMap<String, List<double[]>>();
            for (int i = 0; i < samples.size(); i++) {
                PromptCase asked = samples.get(i).asked();
                SceneClassifier.Verdict verdict = verdicts.get(i);
                List<String> ranking = verdict.ranking();
                label.add(ranking.getFirst().equals(asked.label()));
                top3.add(ranking.subList(0, Math.min(3, ranking.size())).contains(asked.label()));
                setting.add(verdict.indoors() == asked.indoors());
                if (!asked.colour().isEmpty()) {
                    colour.add(verdict.colour().equals(asked.colour()));
                }
                float[] nearness = pictures.get(i).nearness();
                Proportion agreement = order.agreement(depths.get(i), nearness, random);
                if (agreement.total() > 0) {
                    ordered.add(agreement.share() >= IN_ORDER);
                    shares += agreement.share();
                }
                if (asked.indoors()) {
                    floor.add(DepthLayout.floorNearerThanWall(nearness));
                } else {
                    sky.add(DepthLayout.skyFarthest(nearness));
                }
                groups.computeIfAbsent(asked.prompt(), p -> new ArrayList<>()).add(verdict.features());
            }
            List<double[]> features = features(verdicts);
            // The held-out row's first pictures are those that the reference lacks.
            OptionalDouble frechet = size < 2
                    ? OptionalDouble.empty()
                    : OptionalDouble.of(FrechetDistance.between(features.subList(0, size), reference));
            return new Measured(
                    new Row(
                            name,
                            samples.size(),
                            label.proportion(),
                            top3.proportion(),
                            setting.proportion(),
                            colour.proportion(),
                            depthOrders(depths, pictures),
                            shares / ordered.proportion().total(),
                            ordered.proportion(),
                            floor.proportion(),
                            sky.proportion(),
                            frechet,
                            diversity(groups.values())),
                    verdicts);
        }

        private List<DepthOrder> depthOrders(List<float[]> depths, List<Thumbnail> pictures) {
            var orders = new ArrayList<DepthOrder>();
            orders.add(objectOrder(pictures));
            ORDERS.forEach(kind -> orders.add(depthOrder(kind, depths, pictures)));
            return orders;
        }

        private DepthOrder objectOrder(List<Thumbnail> pictures) {
            List<float[]> found = objects.judge(pictures);
            var order = new ObjectOrder();
            var random = new SplittableRandom(SEED);
            var own = new Tally();
            var mean = new Tally();
            for (int i = 0; i < found.size(); i++) {
                own.add(order.agreement(found.get(i), pictures.get(i).nearness(), random));
                mean.add(order.agreement(found.get(i), meanDepth, random));
            }
            return new DepthOrder("an object, and what is beside or above it", own.proportion(), mean.proportion());
        }

        private DepthOrder depthOrder(OrderKind kind, List<float[]> depths, List<Thumbnail> pictures) {
            PairOrder order = kind.order();
            var random = new SplittableRandom(SEED);
            var own = new Tally();
            var mean = new Tally();
            for (int i = 0; i < depths.size(); i++) {
                own.add(order.agreement(depths.get(i), pictures.get(i).nearness(), random));
                mean.add(order.agreement(depths.get(i), meanDepth, random));
            }
            return new DepthOrder(kind.name(), own.proportion(), mean.proportion());
        }

        private static OptionalDouble diversity(Collection<List<double[]>> groups) {
            return Diversity.within(groups);
        }
    }

    /** Counts answers. */
    private static final class Tally {
        private long right;
        private long total;

        void add(boolean good) {
            right += good ? 1 : 0;
            total++;
        }

        void add(Proportion more) {
            right += more.right();
            total += more.total();
        }

        Proportion proportion() {
            return new Proportion(right, total);
        }
    }
}
