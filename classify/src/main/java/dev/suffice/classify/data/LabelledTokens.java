package dev.suffice.classify.data;

import dev.suffice.core.InvalidRequestException;
import java.util.List;

/**
 * A text cut into words, each with a label.
 *
 * @param tokens at least one, none blank
 * @param labels as many as tokens, none blank
 */
public record LabelledTokens(List<String> tokens, List<String> labels) implements Labelled {
    /**
     * Copies the lists and checks them.
     *
     * @throws InvalidRequestException if there are no tokens, not as many labels, or one is blank
     */
    public LabelledTokens {
        tokens = List.copyOf(tokens);
        labels = List.copyOf(labels);
        if (tokens.isEmpty()) {
            throw new InvalidRequestException("tokens empty; fill them in or remove the line");
        }
        if (tokens.size() != labels.size()) {
            throw new InvalidRequestException(
                    "%d tokens and %d labels: each token needs one label".formatted(tokens.size(), labels.size()));
        }
        tokens.forEach(token -> Labelled.check("a token is", token));
        labels.forEach(label -> Labelled.check("a label is", label));
    }

    /** One text: the tokens with a space between. */
    @Override
    public List<String> texts() {
        return List.of(String.join(" ", tokens));
    }
}
