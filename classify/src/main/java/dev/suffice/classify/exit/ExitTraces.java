package dev.suffice.classify.exit;

import dev.suffice.classify.Task;
import dev.suffice.core.calibrate.LossTable;
import dev.suffice.engine.Shape;
import dev.suffice.models.ModelException;
import dev.suffice.models.quantise.StoredRows;
import dev.suffice.models.safetensors.SafetensorsFile;
import dev.suffice.models.safetensors.SafetensorsWriter;
import dev.suffice.models.safetensors.Weights;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What would have happened to texts at every head: how sure each criterion would have been, and what would have been lost by leaving there. All that a calibration needs, so
 * that a promise can be chosen when a classifier is used. Immutable.
 *
 * <p>As a file: safetensors with {@code layers} [heads], {@code sureness.NAME} and {@code loss.NAME} [texts, heads], FLOAT32.
 */
public final class ExitTraces {
    private static final String SURENESS = "sureness.";
    private static final String LOSS = "loss.";

    private final List<Integer> layers;
    private final int texts;
    private final Map<String, float[]> sureness;
    private final Map<ExitLoss, float[]> losses;

    private ExitTraces(List<Integer> layers, int texts, Map<String, float[]> sureness, Map<ExitLoss, float[]> losses) {
        this.layers = layers;
        this.texts = texts;
        this.sureness = sureness;
        this.losses = losses;
    }

    /**
     * Follows texts through a model of which every head was asked; what it says at its end is what can be lost.
     *
     * @param outputs of each text, those of all heads, rising by layer
     * @param truths as below
     */
    public static ExitTraces of(Task task, List<List<HeadOutput>> outputs, List<float[]> truths) {
        return of(task, outputs, outputs.stream().map(List::getLast).toList(), truths, 1);
    }

    /**
     * Follows texts through a model of which every head was asked, of which another one is the original.
     *
     * @param outputs of each text, those of all heads, rising by layer
     * @param originals what the original says of each text at its end
     * @param truths the indices of each text's labels (one for {@link Task#LABEL}, one for each token for {@link Task#TOKENS}, below 0 where it does not count), or its number;
     *     empty if they are not known
     * @param range of numbers: differences count as shares of it; above 0, not read otherwise
     * @throws IllegalArgumentException if there are no texts, or the truths are not as many
     */
    public static ExitTraces of(
            Task task, List<List<HeadOutput>> outputs, List<HeadOutput> originals, List<float[]> truths, double range) {
        if (outputs.isEmpty()
                || originals.size() != outputs.size()
                || (!truths.isEmpty() && truths.size() != outputs.size())) {
            throw new IllegalArgumentException("%d texts, %d truths".formatted(outputs.size(), truths.size()));
        }
        int heads = outputs.getFirst().size();
        var sureness = new LinkedHashMap<String, float[]>();
        for (var criterion : ExitCriteria.all()) {
            if (criterion.fits(task)) {
                var values = new float[outputs.size() * heads];
                for (int text = 0; text < outputs.size(); text++) {
                    var watch = criterion.watch();
                    for (int head = 0; head < heads; head++) {
                        values[text * heads + head] =
                                (float) watch.sureness(outputs.get(text).get(head));
                    }
                }
                sureness.put(criterion.name(), values);
            }
        }
        var losses = new LinkedHashMap<ExitLoss, float[]>();
        for (var loss : ExitLoss.values()) {
            if (loss == ExitLoss.AGREEMENT || !truths.isEmpty()) {
                var values = new float[outputs.size() * heads];
                for (int text = 0; text < outputs.size(); text++) {
                    var whole = originals.get(text);
                    for (int head = 0; head < heads; head++) {
                        var early = outputs.get(text).get(head);
                        values[text * heads + head] = (float)
                                (loss == ExitLoss.AGREEMENT
                                        ? disagreement(task, early, whole, range)
                                        : error(task, early, whole, truths.get(text), range));
                    }
                }
                losses.put(loss, values);
            }
        }
        var layers = outputs.getFirst().stream().map(HeadOutput::layer).toList();
        return new ExitTraces(layers, outputs.size(), sureness, losses);
    }

    private static double disagreement(Task task, HeadOutput early, HeadOutput whole, double range) {
        if (task == Task.NUMBER) {
            return Math.min(1, Math.abs(early.score(0, 0) - whole.score(0, 0)) / range);
        }
        var said = early.answers();
        var meant = whole.answers();
        return IntStream.range(0, said.length).filter(i -> said[i] != meant[i]).count() / (double) said.length;
    }

    private static double error(Task task, HeadOutput early, HeadOutput whole, float[] truth, double range) {
        if (task == Task.NUMBER) {
            double more = Math.abs(early.score(0, 0) - truth[0]) - Math.abs(whole.score(0, 0) - truth[0]);
            return Math.clamp(more / range, 0, 1);
        }
        var said = early.answers();
        var meant = whole.answers();
        int counted = 0;
        int lost = 0;
        for (int i = 0; i < Math.min(said.length, truth.length); i++) {
            if (truth[i] >= 0) {
                counted++;
                lost += said[i] != (int) truth[i] && meant[i] == (int) truth[i] ? 1 : 0;
            }
        }
        return counted == 0 ? 0 : lost / (double) counted;
    }

    /** The layers behind which the heads are. */
    public List<Integer> layers() {
        return layers;
    }

    /** How many texts were followed. */
    public int texts() {
        return texts;
    }

    /** Whether a loss is known. */
    public boolean knows(ExitLoss loss) {
        return losses.containsKey(loss);
    }

    /** The index of the head at which a text leaves; the last one's if none is sure enough. */
    public int leaves(int text, ExitCriterion criterion, double threshold) {
        var values = values(criterion);
        int heads = layers.size();
        for (int head = 0; head < heads - 1; head++) {
            if (values[text * heads + head] >= threshold) {
                return head;
            }
        }
        return heads - 1;
    }

    private float[] values(ExitCriterion criterion) {
        return Optional.ofNullable(sureness.get(criterion.name()))
                .orElseThrow(() -> new IllegalArgumentException(
                        "criterion %s: was not followed; %s were".formatted(criterion.name(), sureness.keySet())));
    }

    /**
     * What the texts lose.
     *
     * @param thresholds falling: from the safest to the fastest
     * @throws IllegalArgumentException if the loss or the criterion was not followed
     */
    public LossTable losses(ExitLoss loss, ExitCriterion criterion, List<Double> thresholds) {
        var values = values(loss);
        var table = new double[thresholds.size()][texts];
        for (int setting = 0; setting < table.length; setting++) {
            for (int text = 0; text < texts; text++) {
                int head = leaves(text, criterion, thresholds.get(setting));
                table[setting][text] = values[text * layers.size() + head];
            }
        }
        return LossTable.of(table, 1);
    }

    /**
     * What the texts lose on average where none leaves early: 0 if the model itself is the original.
     *
     * @throws IllegalArgumentException if the loss was not followed
     */
    public double leastLoss(ExitLoss loss) {
        var values = values(loss);
        int heads = layers.size();
        return IntStream.range(0, texts)
                .mapToDouble(text -> values[text * heads + heads - 1])
                .average()
                .orElseThrow();
    }

    private float[] values(ExitLoss loss) {
        return Optional.ofNullable(losses.get(loss))
                .orElseThrow(() -> new IllegalArgumentException("loss %s: not known".formatted(loss.text())));
    }

    /** How many layers the texts run through on average. */
    public double meanLayers(ExitCriterion criterion, double threshold) {
        return IntStream.range(0, texts)
                .map(text -> layers.get(leaves(text, criterion, threshold)))
                .average()
                .orElseThrow();
    }

    /**
     * Writes the file.
     *
     * @param path of the file
     * @throws IOException if it cannot be written; then nothing is left of it
     */
    public void write(Path path) throws IOException {
        var file = new SafetensorsWriter();
        var numbers = new float[layers.size()];
        for (int head = 0; head < numbers.length; head++) {
            numbers[head] = layers.get(head);
        }
        file.tensor("layers", Shape.of(numbers.length), numbers);
        var shape = Shape.of(texts, layers.size());
        sureness.forEach((name, values) -> file.tensor(SURENESS + name, shape, values));
        losses.forEach((loss, values) -> file.tensor(LOSS + loss.text(), shape, values));
        file.write(path);
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @param layers the model's, for comparison
     * @throws ModelException if the file is missing, damaged, or of a model with other heads
     */
    public static ExitTraces read(Path path, List<Integer> layers) {
        var weights = Weights.of(SafetensorsFile.read(path));
        var found = new ArrayList<Integer>();
        for (float layer : StoredRows.values(weights.require("layers", Shape.of(layers.size())))) {
            found.add((int) layer);
        }
        if (!found.equals(layers)) {
            throw new ModelException("%s: is of a model with heads after layers %s, this one has %s; calibrate it again"
                    .formatted(path, found, layers));
        }
        long texts = weights.find(LOSS + ExitLoss.AGREEMENT.text())
                .map(tensor -> tensor.shape().rank() == 0 ? 0 : tensor.shape().size(0))
                .orElse(0L);
        if (texts < 1 || texts * layers.size() > Integer.MAX_VALUE) {
            throw new ModelException("%s: %d texts: damaged; calibrate the model again".formatted(path, texts));
        }
        var shape = Shape.of(texts, layers.size());
        var sureness = ExitCriteria.all().stream()
                .filter(criterion -> weights.contains(SURENESS + criterion.name()))
                .collect(Collectors.toMap(
                        ExitCriterion::name,
                        criterion ->
                                checked(path, StoredRows.values(weights.require(SURENESS + criterion.name(), shape)))));
        var losses = new LinkedHashMap<ExitLoss, float[]>();
        for (var loss : ExitLoss.values()) {
            if (weights.contains(LOSS + loss.text())) {
                losses.put(loss, checked(path, StoredRows.values(weights.require(LOSS + loss.text(), shape))));
            }
        }
        return new ExitTraces(layers, (int) texts, sureness, losses);
    }

    private static float[] checked(Path path, float[] values) {
        for (float value : values) {
            if (!(value >= 0 && value <= 1)) {
                throw new ModelException(
                        "%s: %s: must be between 0 and 1; calibrate the model again".formatted(path, value));
            }
        }
        return values;
    }
}
