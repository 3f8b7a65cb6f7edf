package dev.suffice.cli.train;

import dev.suffice.classify.ClassifierCard;
import dev.suffice.classify.Task;
import dev.suffice.classify.data.LabelSet;
import dev.suffice.classify.data.Labelled;
import dev.suffice.classify.data.LabelledPair;
import dev.suffice.classify.data.LabelledTexts;
import dev.suffice.classify.data.LabelledTokens;
import dev.suffice.core.InvalidRequestException;
import dev.suffice.models.tokenizer.Tokenizer;
import dev.suffice.train.exits.ExitData;
import dev.suffice.train.exits.ExitExample;
import dev.suffice.train.exits.ExitLabel;
import dev.suffice.train.exits.ExitTask;
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
            examples.add(
                    task == ExitTask.TOKEN_LABELS
                            ? tagged(tokenizer, texts, row, indices.get(row))
                            : ExitExample.of(ids(tokenizer, text(texts, row)), indices.get(row)[0]));
        }
        return examples;
    }

    private static List<ExitExample> numbers(Tokenizer tokenizer, LabelledTexts texts) {
        var examples = new ArrayList<ExitExample>();
        for (int row = 0; row < texts.size(); row++) {
            examples.add(ExitExample.scored(ids(tokenizer, text(texts, row)), number(texts, row)));
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
        return Arrays.stream(tokenizer.encode(text).ids())
                .mapToInt(Math::toIntExact)
                .toArray();
    }

    private static String text(LabelledTexts texts, int row) {
        var content = texts.rows().get(row).content();
        if (content.texts().size() != 1 || content.labels().size() != 1) {
            throw refused(texts, row, "must be one text with one label");
        }
        return content.texts().getFirst();
    }

    /**
     * The texts alone.
     *
     * @throws InvalidRequestException if there is a pair among them
     */
    static List<String> texts(LabelledTexts texts) {
        var all = new ArrayList<String>();
        for (int row = 0; row < texts.size(); row++) {
            Labelled content = texts.rows().get(row).content();
            if (content instanceof LabelledPair) {
                throw refused(texts, row, "is a pair of texts; only single ones can be learned");
            }
            all.add(content.texts().getFirst());
        }
        return all;
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
