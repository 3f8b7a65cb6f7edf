package dev.suffice.classify;

import java.util.List;

/** What a classifier says of a text. */
public sealed interface Answer {
    /**
     * A label.
     *
     * @param label the most probable one
     * @param probability its probability
     * @param probabilities of all labels, in the order of the model
     */
    record Label(String label, double probability, List<Double> probabilities) implements Answer {
        /** Copies the list. */
        public Label {
            probabilities = List.copyOf(probabilities);
        }
    }

    /**
     * A number.
     *
     * @param value as the model was trained to say it
     */
    record Value(double value) implements Answer {}

    /**
     * A label for every token of the text, those around it left out.
     *
     * @param tokens in order
     */
    record Tokens(List<TokenLabel> tokens) implements Answer {
        /** Copies the list. */
        public Tokens {
            tokens = List.copyOf(tokens);
        }
    }

    /**
     * A token's label.
     *
     * @param token as the vocabulary has it
     * @param label the most probable one
     * @param probability its probability
     */
    record TokenLabel(String token, String label, double probability) {}
}
