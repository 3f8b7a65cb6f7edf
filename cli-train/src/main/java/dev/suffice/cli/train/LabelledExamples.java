package dev.suffice.cli.train;

import dev.suffice.classify.ClassifierCard;
import dev.suffice.classify.InputKind;
import dev.suffice.classify.Task;
import dev.suffice.classify.TextInput;
import dev.suffice.classify.data.LabelSet;
import dev.suffice.classify.data.LabelledPair;
import dev.suffice.classify.data.LabelledText;
import dev.suffice.classify.data.LabelledTexts;
import dev.suffice.classify.data.LabelledTokens;
import dev.suffice.core.InvalidRequestException;
import dev.suffice.models.tokenizer.Encoding;
import dev.suffice.models.tokenizer.Tokenizer;
import dev.suffice.train.exits.ExitData;
import dev.suffice.train.exits.ExitExample;
import dev.suffice.train.exits.ExitLabel;
import dev.suffice.train.exits.ExitTask;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** Labelled texts as training and calibration read them. */
final class LabelledExamples {
    private LabelledExamples() {}

    /** What is to be learned of texts, unless their labels are numbers. */
    static ExitTask task(LabelledTexts texts) {
        return texts.rows().getFirst().content() instanceof LabelledTokens
                ? ExitTask.TOKEN_LABELS
                : ExitTask.SINGLE_LABEL;
    }

    /**
     * Examples of texts.
     *
     * @param learned to learn from
     * @param held to measure with
     * @param names of the labels, in the order of those in the data; empty to call them as the data do
     * @throws InvalidRequestException if texts and task do not fit; names file and line
     */
    static ExitData of(
            Tokenizer tokenizer, ExitTask task, LabelledTexts learned, LabelledTexts held, List<String> names) {
        if (task == ExitTask.REGRESSION) {
            return new ExitData(
                    task,
                    List.of(names.isEmpty() ? "value" : names.getFirst()),
                    numbers(tokenizer, learned),
                    numbers(tokenizer, held));
        }
        var labels = LabelSet.of(learned);
        if (!names.isEmpty() && names.size() != labels.size()) {
            throw new InvalidRequestException(
                    "labels %s: the data have %d: %s".formatted(names, labels.size(), labels.labels()));
        }
        return new ExitData(
                task,
                names.isEmpty() ? labels.labels() : names,
                labelled(tokenizer, task, learned, labels),
                labelled(tokenizer, task, held, labels));
    }

    private static List<ExitExample> labelled(
            Tokenizer tokenizer, ExitTask task, LabelledTexts texts, LabelSet labels) {
        var indices = labels.indices(texts);
        var examples = new ArrayList<ExitExample>();
        for (int row = 0; row < texts.size(); row++) {
            if (task == ExitTask.TOKEN_LABELS) {
                examples.add(tagged(tokenizer, texts, row, indices.get(row)));
            } else {
                var encoding = encoded(tokenizer, texts, row);
                examples.add(ExitExample.of(ints(encoding.ids()), indices.get(row)[0])
                        .withTypes(ints(encoding.types())));
            }
        }
        return examples;
    }

    private static List<ExitExample> numbers(Tokenizer tokenizer, LabelledTexts texts) {
        var examples = new ArrayList<ExitExample>();
        for (int row = 0; row < texts.size(); row++) {
            var encoding = encoded(tokenizer, texts, row);
            examples.add(
                    ExitExample.scored(ints(encoding.ids()), number(texts, row)).withTypes(ints(encoding.types())));
        }
        return examples;
    }

    private static float number(LabelledTexts texts, int row) {
        var label = texts.rows().get(row).content().labels().getFirst();
        try {
            float value = Float.parseFloat(label);
            if (Float.isFinite(value)) {
                return value;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw refused(texts, row, "label \"%s\": must be a finite number".formatted(label));
    }

    /** Words with labels: the first token of a word has the word's, the others have none. */
    private static ExitExample tagged(Tokenizer tokenizer, LabelledTexts texts, int row, int[] labels) {
        if (!(texts.rows().get(row).content() instanceof LabelledTokens words)) {
            throw refused(texts, row, "must be words with a label each, as the lines before it");
        }
        var text = words.texts().getFirst();
        var ids = ids(tokenizer, text);
        var content = tokenizer.encode(text, false);
        var whole = tokenizer.encode(text, true);
        int before = Math.max(0, Collections.indexOfSubList(asList(whole), asList(content)));
        int end = ids.length
                - (whole.length - before - content.length); // what a text that is too long has behind it is cut off
        var tags = new int[ids.length];
        Arrays.fill(tags, ExitLabel.Tokens.IGNORED);
        int at = 0;
        for (int word = 0; word < labels.length; word++) {
            var own = tokenizer.encode(words.tokens().get(word), false);
            if (own.length == 0
                    || Arrays.mismatch(content, at, Math.min(at + own.length, content.length), own, 0, own.length)
                            >= 0) {
                throw refused(
                        texts,
                        row,
                        "word \"%s\": the model's tokenizer does not see it as a word of its own; cut the text at spaces"
                                .formatted(words.tokens().get(word)));
            }
            if (before + at < end) {
                tags[before + at] = labels[word];
            }
            at += own.length;
        }
        return ExitExample.tagged(ids, tags);
    }

    private static List<Integer> asList(int[] ids) {
        return Arrays.stream(ids).boxed().toList();
    }

    private static int[] ids(Tokenizer tokenizer, String text) {
        return ints(tokenizer.encode(text).ids());
    }

    private static int[] ints(long[] values) {
        return Arrays.stream(values).mapToInt(Math::toIntExact).toArray();
    }

    /** The tokens of a row of one text, or of two. */
    private static Encoding encoded(Tokenizer tokenizer, LabelledTexts texts, int row) {
        return switch (texts.rows().get(row).content()) {
            case LabelledText one -> tokenizer.encode(one.text());
            case LabelledPair two -> tokenizer.encode(two.first(), two.second());
            case LabelledTokens _ -> throw refused(texts, row, "must be one text or two with one label");
        };
    }

    /** What a classifier reads. */
    static List<TextInput> inputs(LabelledTexts texts) {
        return texts.contents().stream().map(TextInput::of).toList();
    }

    /** Whether texts are single ones or pairs. */
    static InputKind kind(LabelledTexts texts) {
        return InputKind.of(TextInput.of(texts.rows().getFirst().content()));
    }

    /**
     * Pairs say nothing of what is learned of single texts, nor the other way round.
     *
     * @throws InvalidRequestException if the texts are not of the same kind
     */
    static void refuseOtherKind(LabelledTexts held, LabelledTexts learned) {
        if (kind(held) != kind(learned)) {
            throw new InvalidRequestException("%s: has %s, and %s has %s; both must have the same"
                    .formatted(held.source(), named(kind(held)), learned.source(), named(kind(learned))));
        }
    }

    /**
     * The same of texts and a classifier.
     *
     * @param folder of the classifier, for the message
     * @throws InvalidRequestException if it was trained on the other kind
     */
    static void refuseOtherKind(LabelledTexts held, ClassifierCard card, Path folder) {
        if (card.input() != InputKind.ANY && card.input() != kind(held)) {
            throw new InvalidRequestException("%s: has %s, and %s was trained on %s; give such"
                    .formatted(held.source(), named(kind(held)), folder, named(card.input())));
        }
    }

    private static String named(InputKind kind) {
        return kind == InputKind.PAIR ? "pairs of texts" : "single texts";
    }

    /** What is right, as {@link dev.suffice.classify.exit.ExitTraces} reads it. */
    static List<float[]> truths(Tokenizer tokenizer, LabelledTexts texts, ClassifierCard card) {
        var truths = new ArrayList<float[]>();
        if (card.task() == Task.NUMBER) {
            for (int row = 0; row < texts.size(); row++) {
                truths.add(new float[] {number(texts, row)});
            }
            return truths;
        }
        var indices = new LabelSet(card.dataLabels()).indices(texts);
        for (int row = 0; row < texts.size(); row++) {
            truths.add(
                    card.task() == Task.TOKENS
                            ? floats(((ExitLabel.Tokens) tagged(tokenizer, texts, row, indices.get(row))
                                            .label())
                                    .indices())
                            : new float[] {indices.get(row)[0]});
        }
        return truths;
    }

    private static float[] floats(int[] values) {
        var floats = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            floats[i] = values[i];
        }
        return floats;
    }

    private static InvalidRequestException refused(LabelledTexts texts, int row, String why) {
        return new InvalidRequestException("%s, line %d: %s"
                .formatted(texts.source(), texts.rows().get(row).line(), why));
    }
}
