package dev.suffice.language.speculate;

import java.util.List;

/**
 * A draft and what came of it.
 *
 * @param features of each token, as {@link DraftClassifier} reads them
 * @param accepted how many of them the model kept, 0 to their number
 */
public record DraftTrace(List<double[]> features, int accepted) {
    /** Copies the list. */
    public DraftTrace {
        features = List.copyOf(features);
        if (accepted < 0 || accepted > features.size()) {
            throw new IllegalArgumentException("%d of %d tokens".formatted(accepted, features.size()));
        }
    }
}
