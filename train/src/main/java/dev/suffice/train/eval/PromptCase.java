package dev.suffice.train.eval;

/**
 * A prompt and what a good picture of it shows.
 *
 * @param prompt the text
 * @param label the main object's class, or the landscape's type
 * @param kind room, outdoor-object or landscape
 * @param colour the main object's colour word, or empty
 */
public record PromptCase(String prompt, String label, String kind, String colour) {
    /** Checks that there is a prompt, a label and a known kind. */
    public PromptCase {
        if (prompt.isBlank() || label.isBlank()) {
            throw new IllegalArgumentException(
                    "prompt \"" + prompt + "\" with label \"" + label + "\": neither may be empty");
        }
        if (!kind.equals("room") && !kind.equals("outdoor-object") && !kind.equals("landscape")) {
            throw new IllegalArgumentException(
                    "prompt \"" + prompt + "\": kind \"" + kind + "\", expected room, outdoor-object or landscape");
        }
    }

    /** Whether it asks for a room. */
    boolean indoors() {
        return Rendering.indoors(kind);
    }
}
