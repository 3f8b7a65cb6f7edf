package dev.suffice.classify.data;

import dev.suffice.core.InvalidRequestException;
import java.math.BigDecimal;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** The labels that a classifier tells apart, in the order of its outputs. Immutable. */
public final class LabelSet {
    /** The most labels. */
    public static final int MOST = 1000;

    private static final Pattern NUMBER = Pattern.compile("-?\\d{1,18}(\\.\\d{1,18})?");
    private static final int SHOWN = 20;

    private final List<String> labels;
    private final Map<String, Integer> indices = new HashMap<>();

    /**
     * Labels in the order of a classifier's outputs.
     *
     * @throws InvalidRequestException if there are fewer than two, more than {@link #MOST}, one twice, or one is blank
     */
    public LabelSet(List<String> labels) {
        this.labels = List.copyOf(labels);
        if (labels.isEmpty()) {
            throw new InvalidRequestException("label: there is none; classification needs two");
        }
        for (var label : labels) {
            Labelled.check("label", label);
            if (indices.put(label, indices.size()) != null) {
                throw new InvalidRequestException("label \"%s\": occurs twice; each must be once".formatted(label));
            }
        }
        if (labels.size() == 1) {
            throw new InvalidRequestException(
                    "label: only \"%s\" occurs; classification needs two".formatted(labels.getFirst()));
        }
        if (labels.size() > MOST) {
            throw new InvalidRequestException(
                    "label: %d different ones such as \"%s\", at most %d; is that the label's column?"
                            .formatted(labels.size(), labels.getFirst(), MOST));
        }
    }

    /**
     * The labels that occur: sorted as numbers if all are numbers, alphabetically otherwise.
     *
     * @throws InvalidRequestException if only one occurs, or more than {@link #MOST}; names the file
     */
    public static LabelSet of(LabelledTexts texts) {
        var found = texts.rows().stream()
                .flatMap(row -> row.content().labels().stream())
                .distinct()
                .toList();
        boolean numbers = found.stream().allMatch(label -> NUMBER.matcher(label).matches());
        var alphabetical = Comparator.<String>naturalOrder();
        var order = numbers
                ? Comparator.<String, BigDecimal>comparing(BigDecimal::new).thenComparing(alphabetical)
                : alphabetical;
        try {
            return new LabelSet(found.stream().sorted(order).toList());
        } catch (InvalidRequestException e) {
            throw new InvalidRequestException("%s: %s".formatted(texts.source(), e.getMessage()));
        }
    }

    /** The labels in order. */
    public List<String> labels() {
        return labels;
    }

    /** How many there are, at least 2. */
    public int size() {
        return labels.size();
    }

    /**
     * The numbers of each row's labels: one of a text, as many as tokens otherwise.
     *
     * @throws InvalidRequestException if one is not in this set; names file, line, and the labels that are
     */
    public List<int[]> indices(LabelledTexts texts) {
        return texts.rows().stream()
                .map(row -> row.content().labels().stream()
                        .mapToInt(label -> index(label, texts.source(), row.line()))
                        .toArray())
                .toList();
    }

    private int index(String label, String source, int line) {
        var index = indices.get(label);
        if (index == null) {
            var known = String.join(", ", labels.subList(0, Math.min(SHOWN, labels.size())));
            throw new InvalidRequestException("%s, line %d: label \"%s\" was not trained; must be one of %s%s"
                    .formatted(source, line, label, known, labels.size() > SHOWN ? ", ..." : ""));
        }
        return index;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LabelSet set && labels.equals(set.labels);
    }

    @Override
    public int hashCode() {
        return labels.hashCode();
    }

    @Override
    public String toString() {
        return labels.toString();
    }
}
