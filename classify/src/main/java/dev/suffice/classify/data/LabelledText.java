package dev.suffice.classify.data;

import java.util.List;

/**
 * A text and its label.
 *
 * @param text as the file has it; not blank
 * @param label not blank
 */
public record LabelledText(String text, String label) implements Labelled {
    /**
     * Checks that there is something.
     *
     * @throws dev.suffice.core.InvalidRequestException if text or label is blank
     */
    public LabelledText {
        Labelled.check("text", text);
        Labelled.check("label", label);
    }

    @Override
    public List<String> texts() {
        return List.of(text);
    }

    @Override
    public List<String> labels() {
        return List.of(label);
    }
}
