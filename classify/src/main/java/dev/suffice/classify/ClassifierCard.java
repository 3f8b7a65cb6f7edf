package dev.suffice.classify;

import dev.suffice.classify.exit.ExitCriteria;
import dev.suffice.classify.exit.ExitCriterion;
import dev.suffice.classify.exit.MaxProbability;
import dev.suffice.classify.exit.Stability;
import dev.suffice.core.InvalidRequestException;
import dev.suffice.models.family.Pooling;
import dev.suffice.models.folder.Config;
import dev.suffice.models.store.PackagedEncoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a classifier says of itself in {@code classifier.json}, beside transformers' own files; without the file, what those say.
 *
 * @param task what it says of texts
 * @param input whether it was trained on single texts or on pairs; {@link InputKind#ANY} where there is no such file
 * @param labels in the order of its scores; empty for {@link Task#NUMBER}
 * @param dataLabels what the data that it was trained with call them, in the same order
 * @param range of the numbers that it was trained with, the greatest less the smallest, above 0: what is lost by leaving early is a share of it; 1 if it is not known, and for
 *     labels
 * @param pooling what of the states its last head reads
 * @param exitPooling what the heads before it read
 * @param exits layers that have a head of their own, rising; the last layer's is not among them
 * @param criterion how {@code auto} measures sureness
 * @param base the encoder that an adapter in the folder belongs to, if it travels in a library
 */
public record ClassifierCard(
        Task task,
        InputKind input,
        List<String> labels,
        List<String> dataLabels,
        double range,
        Pooling pooling,
        Pooling exitPooling,
        List<Integer> exits,
        ExitCriterion criterion,
        Optional<PackagedEncoder> base) {
    /** Name of the file. */
    public static final String FILE = "classifier.json";

    private static final String INPUT = "input";
    private static final String RANGE = "range";

    /** Copies the lists. */
    public ClassifierCard {
        labels = List.copyOf(labels);
        dataLabels = List.copyOf(dataLabels);
        exits = List.copyOf(exits);
    }

    /**
     * Reads it.
     *
     * @param folder of the classifier
     * @param config its config.json
     * @throws dev.suffice.models.ModelException if a value is not acceptable
     */
    public static ClassifierCard read(Path folder, Config config) {
        var file = folder.resolve(FILE);
        if (!Files.isRegularFile(file)) {
            var task = task(config);
            return new ClassifierCard(
                    task,
                    InputKind.ANY,
                    task == Task.NUMBER ? List.of() : labels(config),
                    task == Task.NUMBER ? List.of() : labels(config),
                    1,
                    task == Task.TOKENS ? Pooling.TOKENS : Pooling.FIRST,
                    task == Task.TOKENS ? Pooling.TOKENS : Pooling.FIRST,
                    List.of(),
                    criterion(task),
                    Optional.empty());
        }
        var card = Config.read(file);
        var task = named(card, "task", task(config).text(), Task::of);
        var exits = card.sizes("exits", List.of());
        if (IntStream.range(1, exits.size()).anyMatch(i -> exits.get(i) <= exits.get(i - 1))) {
            throw card.unsupported("exits", "layers in rising order");
        }
        var labels = task == Task.NUMBER ? List.<String>of() : labels(config);
        var dataLabels = card.texts("data_labels", labels);
        if (dataLabels.size() != labels.size()) {
            throw card.unsupported("data_labels", "as many as the labels in config.json, %d".formatted(labels.size()));
        }
        var pooling = task == Task.TOKENS ? Pooling.TOKENS : named(card, "pooling", "first", ClassifierCard::pooling);
        return new ClassifierCard(
                task,
                named(card, INPUT, InputKind.SINGLE.text(), InputKind::of),
                labels,
                dataLabels,
                range(card),
                pooling,
                task == Task.TOKENS
                        ? Pooling.TOKENS
                        : named(card, "exit_pooling", named(pooling), ClassifierCard::pooling),
                exits,
                named(card, "criterion", criterion(task).name(), ExitCriteria::named),
                card.find("base").map(node -> PackagedEncoder.read(card, node, "base")));
    }

    /**
     * Writes {@code classifier.json}; labels are in config.json.
     *
     * @throws IOException if it cannot be written
     */
    public void write(Path folder) throws IOException {
        var json = JsonMapper.shared().createObjectNode();
        json.put("task", task.text());
        if (input != InputKind.SINGLE) {
            json.put(INPUT, input.text());
        }
        if (range != 1) {
            json.put(RANGE, range);
        }
        if (pooling != Pooling.TOKENS) {
            json.put("pooling", named(pooling));
            json.put("exit_pooling", named(exitPooling));
        }
        if (!dataLabels.equals(labels)) {
            var named = json.putArray("data_labels");
            dataLabels.forEach(named::add);
        }
        var layers = json.putArray("exits");
        exits.forEach(layers::add);
        json.put("criterion", criterion.name());
        base.ifPresent(files -> files.write(json.putObject("base")));
        Files.writeString(
                folder.resolve(FILE),
                JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n");
    }

    private static double range(Config card) {
        double range = card.number(RANGE, 1);
        if (!(range > 0 && Double.isFinite(range))) {
            throw card.unsupported(RANGE, "above 0");
        }
        return range;
    }

    private interface Naming<T> {
        T of(String name);
    }

    private static <T> T named(Config config, String key, String otherwise, Naming<T> naming) {
        try {
            return naming.of(config.text(key, otherwise));
        } catch (InvalidRequestException e) {
            throw config.unsupported(key, "one that is known (%s)".formatted(e.getMessage()));
        }
    }

    private static String named(Pooling pooling) {
        return pooling == Pooling.MEAN ? "mean" : "first";
    }

    private static Pooling pooling(String name) {
        return switch (name) {
            case "first" -> Pooling.FIRST;
            case "mean" -> Pooling.MEAN;
            default -> throw new InvalidRequestException("pooling %s: must be first or mean".formatted(name));
        };
    }

    private static ExitCriterion criterion(Task task) {
        return task == Task.NUMBER ? new Stability() : new MaxProbability();
    }

    private static Task task(Config config) {
        var architecture =
                config.texts("architectures", List.of()).stream().findFirst().orElse("");
        if (architecture.endsWith("ForTokenClassification")) {
            return Task.TOKENS;
        }
        boolean number = config.text("problem_type", "").equals("regression")
                || (config.text("problem_type").isEmpty() && labels(config).size() == 1);
        if (config.text("problem_type", "").equals("multi_label_classification")) {
            throw config.unsupported("problem_type", "single_label_classification or regression");
        }
        return number ? Task.NUMBER : Task.LABEL;
    }

    private static List<String> labels(Config config) {
        var names = config.find("id2label");
        int count = names.map(node -> node.size()).orElseGet(() -> config.size("num_labels", 2));
        return IntStream.range(0, count)
                .mapToObj(label -> names.map(
                                node -> node.path(Integer.toString(label)).asString(""))
                        .filter(name -> !name.isEmpty())
                        .orElse("LABEL_" + label))
                .toList();
    }
}
