package dev.suffice.train.eval;

import dev.suffice.train.files.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.Collectors;
import tools.jackson.databind.json.JsonMapper;

/**
 * The numbers of an evaluation, with the sizes of all samples.
 *
 * @param prompts how many prompts were asked
 * @param promptsWithoutPicture prompts for which there was no picture
 * @param picturesIgnored pictures of other prompts
 * @param promptsAmongTrainingCaptions prompts that stand verbatim among the captions; should be none
 * @param trainingPictures how many the baselines could choose from
 * @param heldOutPictures how many the held-out row and the Frechet distances have
 * @param labels how many different answers the classifier can give
 * @param mostFrequentLabel how often one would be right with one label for every prompt
 * @param frechetFloor the Frechet distance between two disjoint halves of the held-out renderings, at the same sizes
 * @param rows the model first, then the held-out renderings, then the baselines
 * @param perLabel the model's answers by label
 * @param confusions the model's most frequent errors
 * @param classifier how good the classifier is
 * @param depth how good the depth estimator is
 * @param objects how good the estimator of objects is
 */
public record EvaluationReport(
        int prompts,
        int promptsWithoutPicture,
        int picturesIgnored,
        int promptsAmongTrainingCaptions,
        int trainingPictures,
        int heldOutPictures,
        int labels,
        Proportion mostFrequentLabel,
        OptionalDouble frechetFloor,
        List<Row> rows,
        Map<String, Proportion> perLabel,
        List<String> confusions,
        ClassifierQuality classifier,
        DepthQuality depth,
        ObjectQuality objects) {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /**
     * One source of pictures.
     *
     * @param name what it is
     * @param pictures how many
     * @param label main object or landscape is right
     * @param labelTop3 it is among the classifier's first three
     * @param setting a room where a room is asked for, and not where not
     * @param colour the object's colour is right, where the prompt has one
     * @param depthOrder whether the depth map has points in the order that the depth judge sees, by kind of pair
     * @param depthPictureMean the mean over pictures of the share of the first kind of pairs in order
     * @param depthPictures pictures in which at least 90% of the first kind of pairs are in order
     * @param floorNearer rooms in which the floor at the bottom is nearer than the wall
     * @param skyFarthest outdoor pictures in which the top is the farthest
     * @param frechet distance of classifier features from held-out renderings
     * @param diversity mean distance of features of pictures of one prompt (held-out: of one label)
     */
    public record Row(
            String name,
            int pictures,
            Proportion label,
            Proportion labelTop3,
            Proportion setting,
            Proportion colour,
            List<DepthOrder> depthOrder,
            double depthPictureMean,
            Proportion depthPictures,
            Proportion floorNearer,
            Proportion skyFarthest,
            OptionalDouble frechet,
            OptionalDouble diversity) {}

    /** The whole report as JSON. */
    public String json() {
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(this) + "\n";
    }

    /** Tables for a model card. */
    public String markdown() {
        var text = new StringBuilder();
        text.append("| | ")
                .append(rows.stream().map(Row::name).collect(Collectors.joining(" | ")))
                .append(" |\n|---|")
                .append("---|".repeat(rows.size()))
                .append('\n');
        line(text, "pictures", r -> Integer.toString(r.pictures()));
        line(text, "main object or landscape right", r -> r.label().toString());
        line(text, "among the first three", r -> r.labelTop3().toString());
        line(text, "room or outdoors right", r -> r.setting().toString());
        line(text, "colour right, where asked for", r -> r.colour().toString());
        for (int i = 0; i < rows.getFirst().depthOrder().size(); i++) {
            int kind = i;
            String pairs = rows.getFirst().depthOrder().get(kind).pairs();
            line(
                    text,
                    "depth in order: " + pairs,
                    r -> pairs(r.depthOrder().get(kind).inOrder()));
            line(
                    text,
                    "the same with the mean depth map",
                    r -> pairs(r.depthOrder().get(kind).meanMap()));
        }
        line(text, "depth in order, mean over pictures", r -> percent(r.depthPictureMean()));
        line(
                text,
                "pictures with >= 90% of pairs in order",
                r -> r.depthPictures().toString());
        line(text, "rooms: floor nearer than wall", r -> r.floorNearer().toString());
        line(text, "outdoors: sky farthest", r -> r.skyFarthest().toString());
        line(text, "Frechet distance to held-out", r -> number(r.frechet()));
        line(text, "diversity (same prompt, other seed)", r -> number(r.diversity()));
        text.append("\nShares with 95% Wilson intervals and the number asked. ")
                .append(prompts)
                .append(" prompts, ")
                .append(promptsAmongTrainingCaptions)
                .append(" of them verbatim among the training captions, ")
                .append(promptsWithoutPicture)
                .append(" without a picture. Chance: ")
                .append(percent(1.0 / labels))
                .append(" for one of ")
                .append(labels)
                .append(" labels at random, ")
                .append(percent(mostFrequentLabel.share()))
                .append(
                        " for always the most frequent one. Frechet distances have equal sample sizes; two disjoint halves of the ")
                .append("held-out renderings are ")
                .append(number(frechetFloor))
                .append(" apart. Baselines draw from ")
                .append(trainingPictures)
                .append(" training pictures; ")
                .append(heldOutPictures)
                .append(" pictures are held out. Diversity of held-out pictures: same label, another scene.\n\n")
                .append("The judges, on held-out renderings: classifier ")
                .append(classifier.label())
                .append(", among the first three ")
                .append(classifier.labelTop3())
                .append(", room or outdoors ")
                .append(classifier.setting())
                .append(", colour ")
                .append(classifier.colour())
                .append(String.format(Locale.ROOT, "; depth estimator AbsRel %.3f, ", depth.absRel()))
                .append(percent(depth.order().share()))
                .append(" of ")
                .append(depth.order().total())
                .append(" point pairs in order, on ")
                .append(depth.pictures())
                .append(" pictures; estimator of objects: ")
                .append(percent(objects.overlap().share()))
                .append(" overlap, and ")
                .append(percent(objects.order().share()))
                .append(" of ")
                .append(objects.order().total())
                .append(" of its pairs truly in order.\n\n| label | right |\n|---|---|\n");
        perLabel.forEach((label, right) -> text.append("| ")
                .append(label)
                .append(" | ")
                .append(right.right())
                .append(" of ")
                .append(right.total())
                .append(" |\n"));
        return text.toString();
    }

    private void line(StringBuilder text, String name, Function<Row, String> value) {
        text.append("| ")
                .append(name)
                .append(" | ")
                .append(rows.stream().map(value).collect(Collectors.joining(" | ")))
                .append(" |\n");
    }

    private static String pairs(Proportion inOrder) {
        return percent(inOrder.share()) + " of " + inOrder.total();
    }

    private static String percent(double share) {
        return Double.isNaN(share) ? "-" : String.format(Locale.ROOT, "%.1f%%", 100 * share);
    }

    private static String number(OptionalDouble value) {
        return value.isEmpty() ? "-" : String.format(Locale.ROOT, "%.2f", value.getAsDouble());
    }

    /** Writes {@code evaluation.json} and {@code evaluation.md}. */
    public void write(Path folder) throws IOException {
        AtomicFile.write(folder.resolve("evaluation.json"), file -> Files.writeString(file, json()));
        AtomicFile.write(folder.resolve("evaluation.md"), file -> Files.writeString(file, markdown()));
    }
}
