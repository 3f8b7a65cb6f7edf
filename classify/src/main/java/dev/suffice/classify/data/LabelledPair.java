package dev.suffice.classify.data;

import java.util.List;

/**
 * Two texts and the label of what they are to each other.
 *
 * @param first not blank
 * @param second not blank
 * @param label not blank
 */
public record LabelledPair(String first, String second, String label) implements Labelled {
    /**
     * Checks that there is something.
     *
     * @throws dev.suffice.core.InvalidRequestException if a text or the label is blank
     */
    public LabelledPair {
        Labelled.check("first text", first);
        Labelled.check("second text", second);
        Labelled.check("label", label);
    }

    @Override
    public List<String> texts() {
        return List.of(first, second);
    }

    @Override
    public List<String> labels() {
        return List.of(label);
    }
}
