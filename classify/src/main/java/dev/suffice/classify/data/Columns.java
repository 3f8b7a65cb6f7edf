package dev.suffice.classify.data;

import dev.suffice.core.InvalidRequestException;
import java.util.List;

/** Which columns of a table, or fields of a JSON object, have texts and labels. Names are as the file has them. */
public sealed interface Columns {
    /**
     * Columns of names that are given in order: a text and its label, or two texts and their label.
     *
     * @param names two or three; empty for the usual ones
     * @throws InvalidRequestException if there are others
     */
    static Columns named(List<String> names) {
        return switch (names.size()) {
            case 0 -> new Usual();
            case 2 -> new Text(names.getFirst(), names.getLast());
            case 3 -> new Pair(names.get(0), names.get(1), names.get(2));
            default ->
                throw new InvalidRequestException(
                        "columns %s: must be two, of a text and its label, or three, of two texts and their label"
                                .formatted(String.join(",", names)));
        };
    }

    /** Found by names that are usual, in upper or lower case; a table without such names has two columns, text and label. */
    record Usual() implements Columns {}

    /**
     * One text.
     *
     * @param text name of the text's column
     * @param label name of the label's column
     */
    record Text(String text, String label) implements Columns {}

    /**
     * Two texts.
     *
     * @param first name of the first text's column
     * @param second name of the second text's column
     * @param label name of the label's column
     */
    record Pair(String first, String second, String label) implements Columns {}

    /**
     * Words with a label each, in JSON only.
     *
     * @param tokens name of the field with a list of words
     * @param labels name of the field with a list of labels
     */
    record Tokens(String tokens, String labels) implements Columns {}
}
