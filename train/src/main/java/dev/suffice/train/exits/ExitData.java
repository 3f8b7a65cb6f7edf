package dev.suffice.train.exits;

import dev.suffice.core.InvalidRequestException;
import dev.suffice.train.nn.BertConfig;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * What to learn from.
 *
 * @param task what is learned
 * @param labels names of the categories, at least two that differ; of a regression, the name of its number
 * @param training examples to learn from, with at least two different labels among them
 * @param heldOut examples to measure with, which may be none
 */
public record ExitData(ExitTask task, List<String> labels, List<ExitExample> training, List<ExitExample> heldOut) {
    /** @throws InvalidRequestException if an example is empty, or its label is none of the task's, or nothing can be learned */
    public ExitData {
        labels = List.copyOf(labels);
        training = List.copyOf(training);
        heldOut = List.copyOf(heldOut);
        checkLabels(task, labels);
        if (training.isEmpty()) {
            throw new InvalidRequestException("training examples: there are none");
        }
        for (int i = 0; i < training.size(); i++) {
            check(task, labels, training.get(i), "training example " + (i + 1));
        }
        for (int i = 0; i < heldOut.size(); i++) {
            check(task, labels, heldOut.get(i), "held-out example " + (i + 1));
        }
        var different = training.stream()
                .flatMap(example -> values(example.label()))
                .distinct()
                .limit(2)
                .toList();
        if (different.size() < 2) {
            throw new InvalidRequestException("training examples: all %d have the label %s; give examples of others too"
                    .formatted(training.size(), name(task, labels, different.getFirst())));
        }
    }

    private static Stream<Number> values(ExitLabel label) {
        return switch (label) {
            case ExitLabel.Category category -> Stream.of(category.index());
            case ExitLabel.Score score -> Stream.of(score.value());
            case ExitLabel.Tokens tokens ->
                Arrays.stream(tokens.indices())
                        .filter(index -> index != ExitLabel.Tokens.IGNORED)
                        .boxed()
                        .map(Number.class::cast);
        };
    }

    private static String name(ExitTask task, List<String> labels, Number value) {
        return task == ExitTask.REGRESSION ? value.toString() : labels.get(value.intValue());
    }

    private static void checkLabels(ExitTask task, List<String> labels) {
        boolean fits = task == ExitTask.REGRESSION ? labels.size() == 1 : labels.size() >= 2;
        if (!fits || new HashSet<>(labels).size() < labels.size()) {
            throw new InvalidRequestException("labels %s: must be %s"
                    .formatted(
                            labels,
                            task == ExitTask.REGRESSION
                                    ? "one name, of the number that is learned"
                                    : "at least two names that differ"));
        }
    }

    private static void check(ExitTask task, List<String> labels, ExitExample example, String which) {
        if (example.tokens().length == 0) {
            throw new InvalidRequestException(which + ": no tokens: leave empty texts out");
        }
        if (example.types().length != example.tokens().length) {
            throw new InvalidRequestException("%s: %d types of %d tokens: must be as many"
                    .formatted(which, example.types().length, example.tokens().length));
        }
        switch (example.label()) {
            case ExitLabel.Category category
            when task == ExitTask.SINGLE_LABEL -> checkIndex(labels, category.index(), which);
            case ExitLabel.Score score
            when task == ExitTask.REGRESSION -> {
                if (!Float.isFinite(score.value())) {
                    throw new InvalidRequestException(
                            "%s: label %s: must be a finite number".formatted(which, score.value()));
                }
            }
            case ExitLabel.Tokens tokens
            when task == ExitTask.TOKEN_LABELS -> checkTokens(labels, tokens.indices(), example.tokens().length, which);
            default ->
                throw new InvalidRequestException(
                        "%s: label %s: is none of the task %s".formatted(which, example.label(), task));
        }
    }

    private static void checkIndex(List<String> labels, int index, String which) {
        if (index < 0 || index >= labels.size()) {
            throw new InvalidRequestException("%s: label %d: must be between 0 and %d, one of %s"
                    .formatted(which, index, labels.size() - 1, labels));
        }
    }

    private static void checkTokens(List<String> labels, int[] indices, int tokens, String which) {
        if (indices.length != tokens) {
            throw new InvalidRequestException("%s: %d labels for %d tokens: must be as many, %d where a token has none"
                    .formatted(which, indices.length, tokens, ExitLabel.Tokens.IGNORED));
        }
        int[] given = Arrays.stream(indices)
                .filter(i -> i != ExitLabel.Tokens.IGNORED)
                .toArray();
        if (given.length == 0) {
            throw new InvalidRequestException(which + ": no token has a label: leave such texts out");
        }
        for (int index : given) {
            checkIndex(labels, index, which);
        }
    }

    /**
     * Refuses texts that an encoder cannot read.
     *
     * @throws InvalidRequestException if one is too long, or has ids or types that it does not know
     */
    void checkTokens(BertConfig config) {
        int longest = config.positions();
        int vocabulary = config.vocabulary();
        for (boolean held : new boolean[] {false, true}) {
            List<ExitExample> examples = held ? heldOut : training;
            for (int i = 0; i < examples.size(); i++) {
                String which = (held ? "held-out" : "training") + " example " + (i + 1);
                int[] tokens = examples.get(i).tokens();
                if (tokens.length > longest) {
                    throw new InvalidRequestException("%s: %d tokens: the model reads at most %d; shorten the text"
                            .formatted(which, tokens.length, longest));
                }
                int unknown = IntStream.of(tokens)
                        .filter(id -> id < 0 || id >= vocabulary)
                        .findFirst()
                        .orElse(0);
                if (unknown != 0) {
                    throw new InvalidRequestException(
                            "%s: token %d: the model knows 0 to %d; are the ids of its own tokenizer?"
                                    .formatted(which, unknown, vocabulary - 1));
                }
                // An encoder with one type takes all tokens for that one.
                int types = config.types();
                int[] strange = IntStream.of(examples.get(i).types())
                        .filter(type -> type < 0 || (types > 1 && type >= types))
                        .toArray();
                if (strange.length > 0) {
                    throw new InvalidRequestException(
                            "%s: token type %d: the model knows 0 to %d; are the types of its own tokenizer?"
                                    .formatted(which, strange[0], types - 1));
                }
            }
        }
    }

    /** Of a regression, how far the numbers of the training examples are apart at most, above 0; 1 otherwise. */
    public double range() {
        if (task != ExitTask.REGRESSION) {
            return 1;
        }
        var scores = training.stream()
                .mapToDouble(example -> ((ExitLabel.Score) example.label()).value())
                .summaryStatistics();
        return scores.getMax() - scores.getMin();
    }

    /** A checksum of the training examples, by which other data are told from these. */
    String fingerprint() {
        var sum = new CRC32C();
        for (ExitExample example : training) {
            add(sum, example.tokens());
            if (IntStream.of(example.types()).anyMatch(type -> type != 0)) {
                add(sum, example.types());
            }
            switch (example.label()) {
                case ExitLabel.Category category -> add(sum, category.index());
                case ExitLabel.Score score -> add(sum, Float.floatToIntBits(score.value()));
                case ExitLabel.Tokens tokens -> add(sum, tokens.indices());
            }
        }
        return "%d examples, checksum %s".formatted(training.size(), Long.toHexString(sum.getValue()));
    }

    private static void add(CRC32C sum, int... values) {
        var bytes = ByteBuffer.allocate(Integer.BYTES * (values.length + 1));
        bytes.putInt(values.length);
        for (int value : values) {
            bytes.putInt(value);
        }
        sum.update(bytes.flip());
    }
}
