package dev.suffice.classify.data;

import java.util.List;

/**
 * The texts that a classifier was trained on already: losses on them are too small, so a calibration with them promises nothing. Immutable.
 *
 * @param source the file that was looked at
 * @param texts how many it has
 * @param known those of them that were trained on
 */
public record Overlap(String source, int texts, List<Row> known) {
    private static final int SHOWN = 60;

    /** Copies the list. */
    public Overlap {
        known = List.copyOf(known);
    }

    /** Looks for known texts. */
    public static Overlap of(KnownTexts training, LabelledTexts texts) {
        return new Overlap(
                texts.source(),
                texts.size(),
                texts.rows().stream()
                        .filter(row -> training.contains(row.content()))
                        .toList());
    }

    /** Whether there is none. */
    public boolean isEmpty() {
        return known.isEmpty();
    }

    /** How many there are, with an example. */
    public String text() {
        if (isEmpty()) {
            return "%s: none of %d texts was trained on".formatted(source, texts);
        }
        var row = known.getFirst();
        var example = String.join(" | ", row.content().texts()).strip();
        if (example.codePointCount(0, example.length()) > SHOWN) {
            example = example.substring(0, example.offsetByCodePoints(0, SHOWN)) + "...";
        }
        return "%s: %d of %d texts were trained on, such as line %d: \"%s\""
                .formatted(source, known.size(), texts, row.line(), example);
    }
}
