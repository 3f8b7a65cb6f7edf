package dev.suffice.classify.data;

import dev.suffice.core.InvalidRequestException;
import java.util.List;

/** What one line has, by name. Failures do not name file and line; who reads lines adds them. */
interface Fields {
    /**
     * A text, as it is.
     *
     * @throws InvalidRequestException if there is none of that name
     */
    String text(String name);

    /** A label, without spaces around it. */
    String label(String name);

    /** A list of words. */
    List<String> tokens(String name);

    /** A list of labels. */
    List<String> labels(String name);

    /** What the columns have, with the checks of what is made. */
    default Labelled content(Columns columns) {
        return switch (columns) {
            case Columns.Text(var text, var label) -> new LabelledText(text(text), label(label));
            case Columns.Pair(var first, var second, var label) ->
                new LabelledPair(text(first), text(second), label(label));
            case Columns.Tokens(var tokens, var labels) -> new LabelledTokens(tokens(tokens), labels(labels));
            case Columns.Usual _ -> throw new IllegalStateException("names of columns are not known yet");
        };
    }
}
