package dev.suffice.train.eval;

import dev.suffice.train.files.Safetensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/** The trained classifier. Not thread-safe; {@link #close} frees its weights. */
final class SceneClassifier implements AutoCloseable {
    private static final int BATCH = 64;

    private final JudgeWeights weights;
    private final ClassifierNetwork network;
    private final Labels labels;

    /**
     * What the classifier says about a picture.
     *
     * @param ranking all labels, the most likely first
     * @param indoors whether it takes it for a room
     * @param colour the object's colour, if it has one
     * @param features the last layer but one, for distances
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Verdict(List<String> ranking, boolean indoors, String colour, double[] features) {}

    SceneClassifier(JudgeWeights weights, ClassifierNetwork network, Labels labels) {
        this.weights = weights;
        this.network = network;
        this.labels = labels;
    }

    /** Reads {@code classifier.json} and {@code classifier.safetensors}. */
    static SceneClassifier read(Path folder) throws IOException {
        JudgeCard.Classifier card = new JudgeCard(folder).classifier();
        var labels = new Labels(card.labels(), card.colours());
        var weights = new JudgeWeights(0);
        var network = new ClassifierNetwork(
                weights, labels.labels().size(), labels.colours().size());
        try {
            weights.load(folder.resolve("classifier.safetensors"));
        } catch (IOException | RuntimeException e) {
            weights.close();
            throw e;
        }
        return new SceneClassifier(weights, network, labels);
    }

    /** Writes what {@link #read} reads, with weights in half precision. */
    void write(Path folder, JudgeCard.Classifier card) throws IOException {
        new JudgeCard(folder).write("classifier", card);
        weights.save(folder.resolve("classifier.safetensors"), Map.of("format", "pt"), Safetensors.Type.F16);
    }

    /** Every label it knows. */
    List<String> labels() {
        return labels.labels();
    }

    /** Judges pictures, in order. */
    List<Verdict> judge(List<Thumbnail> pictures) {
        var verdicts = new ArrayList<Verdict>();
        for (int from = 0; from < pictures.size(); from += BATCH) {
            List<Thumbnail> batch = pictures.subList(from, Math.min(pictures.size(), from + BATCH));
            try (var scope = new PointerScope();
                    var noGrad = new NoGradGuard()) {
                var answer = network.apply(images(batch), false);
                float[] label = JudgeWeights.values(answer.label());
                float[] setting = JudgeWeights.values(answer.setting());
                float[] colour = JudgeWeights.values(answer.colour());
                float[] features = JudgeWeights.values(answer.features());
                for (int i = 0; i < batch.size(); i++) {
                    double[] f = new double[ClassifierNetwork.FEATURES];
                    for (int k = 0; k < f.length; k++) {
                        f[k] = features[i * f.length + k];
                    }
                    verdicts.add(new Verdict(
                            ranking(labels.labels(), label, i),
                            setting[2 * i + 1] > setting[2 * i],
                            ranking(labels.colours(), colour, i).getFirst(),
                            f));
                }
            }
        }
        return verdicts;
    }

    /** Pictures as a batch, unchanged. */
    static Tensor images(List<Thumbnail> pictures) {
        float[] values = new float[pictures.size() * Thumbnail.VALUES];
        for (int i = 0; i < pictures.size(); i++) {
            Augmentation.plain(pictures.get(i), values, i * Thumbnail.VALUES);
        }
        return Tensor.create(values, pictures.size(), 3, Thumbnail.SIDE, Thumbnail.SIDE);
    }

    private static List<String> ranking(List<String> words, float[] logits, int row) {
        var scores = new HashMap<String, Float>();
        for (int i = 0; i < words.size(); i++) {
            scores.put(words.get(i), logits[row * words.size() + i]);
        }
        return words.stream()
                .sorted(Comparator.comparingDouble((String w) -> -scores.getOrDefault(w, Float.NEGATIVE_INFINITY)))
                .toList();
    }

    /** Measures on labelled scenes. */
    ClassifierQuality measure(List<Rendering> heldOut) {
        List<Rendering> scenes = heldOut.stream().filter(Rendering::labelled).toList();
        List<Verdict> verdicts = judge(scenes.stream().map(Rendering::picture).toList());
        int right = 0;
        int top3 = 0;
        int setting = 0;
        int coloured = 0;
        int colour = 0;
        var perLabel = new TreeMap<String, int[]>();
        var errors = new HashMap<String, Integer>();
        for (int i = 0; i < scenes.size(); i++) {
            Rendering scene = scenes.get(i);
            Verdict verdict = verdicts.get(i);
            boolean good = verdict.ranking().getFirst().equals(scene.label());
            right += good ? 1 : 0;
            top3 += verdict.ranking()
                            .subList(0, Math.min(3, verdict.ranking().size()))
                            .contains(scene.label())
                    ? 1
                    : 0;
            setting += verdict.indoors() == scene.indoors() ? 1 : 0;
            if (!scene.colour().isEmpty()) {
                coloured++;
                colour += verdict.colour().equals(scene.colour()) ? 1 : 0;
            }
            int[] counts = perLabel.computeIfAbsent(scene.label(), l -> new int[2]);
            counts[0] += good ? 1 : 0;
            counts[1]++;
            if (!good) {
                errors.merge(scene.label() + " -> " + verdict.ranking().getFirst(), 1, Integer::sum);
            }
        }
        var shares = new LinkedHashMap<String, Proportion>();
        perLabel.forEach((label, counts) -> shares.put(label, new Proportion(counts[0], counts[1])));
        List<String> confusions = errors.entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue()
                        .reversed()
                        .thenComparing(Map.Entry.comparingByKey()))
                .limit(25)
                .map(e -> e.getKey() + ": " + e.getValue())
                .toList();
        int total = scenes.size();
        return new ClassifierQuality(
                new Proportion(right, total),
                new Proportion(top3, total),
                new Proportion(setting, total),
                new Proportion(colour, coloured),
                shares,
                confusions);
    }

    @Override
    public void close() {
        weights.close();
    }
}
