package dev.suffice.classify;

import dev.suffice.classify.data.Labelled;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What is classified: a text, or two of which a classifier says what they are to each other.
 *
 * @param text the only one, or the first one
 * @param pair the second one of two
 */
public record TextInput(String text, Optional<String> pair) {
    /** One text. */
    public static TextInput of(String text) {
        return new TextInput(text, Optional.empty());
    }

    /** Two texts. */
    public static TextInput of(String text, String pair) {
        return new TextInput(text, Optional.of(pair));
    }

    /** The text or the pair of texts of a labelled one; of words with labels, the text that they make. */
    public static TextInput of(Labelled content) {
        var texts = content.texts();
        return texts.size() == 1 ? of(texts.getFirst()) : of(texts.getFirst(), texts.getLast());
    }

    /** One text each. */
    public static List<TextInput> all(List<String> texts) {
        return texts.stream().map(TextInput::of).toList();
    }

    /** In one line, for people: a pair with a bar between. */
    public String shown() {
        return Stream.concat(Stream.of(text), pair.stream()).collect(Collectors.joining(" | "));
    }
}
