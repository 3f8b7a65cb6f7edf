package dev.suffice.classify.data;

import dev.suffice.core.InvalidRequestException;
import java.util.List;

/** A text of any kind with what it is labelled as. Immutable. */
public sealed interface Labelled permits LabelledText, LabelledPair, LabelledTokens {
    /** The texts: one, or two of a pair. */
    List<String> texts();

    /** The labels: one, or as many as tokens. */
    List<String> labels();

    /** Refuses a text or a label that has nothing in it. */
    static void check(String what, String value) {
        if (value.isBlank()) {
            throw new InvalidRequestException("%s empty; fill it in or remove the line".formatted(what));
        }
    }
}
