package dev.suffice.train.disco;

import dev.suffice.core.InvalidRequestException;
import dev.suffice.language.speculate.DraftClassifier;
import dev.suffice.language.speculate.DraftTrace;
import java.util.List;

/**
 * What drafting costs, in passes of the model for one token.
 *
 * @param draft of a drafted token, above 0
 * @param verify of one more token in a pass, at least 0
 */
public record DraftCosts(double draft, double verify) {
    /** Checks the ranges. */
    public DraftCosts {
        if (!(draft > 0 && verify >= 0) || Double.isInfinite(draft + verify)) {
            throw new InvalidRequestException(
                    "cost of %s passes for a drafted token, %s for judging it: must be above 0, and at least 0"
                            .formatted(draft, verify));
        }
    }

    /** How many tokens of a draft would have been drafted. */
    @FunctionalInterface
    interface Length {
        /** 1 to the tokens of the draft. */
        int of(DraftTrace trace);
    }

    /** Tokens that are written in the time of a pass, had the drafts had other lengths: 1 is no gain. */
    double tokensPerPass(List<DraftTrace> traces, Length length) {
        double tokens = 0;
        double passes = 0;
        for (var trace : traces) {
            int drafted = length.of(trace);
            tokens += Math.min(drafted, trace.accepted()) + 1;
            passes += 1 + drafted * (draft + verify);
        }
        return tokens / passes;
    }

    /** Drafts as long as a policy with a classifier and a threshold makes them. */
    static Length until(DraftClassifier classifier, double threshold) {
        return trace -> {
            int drafted = 1;
            while (drafted < trace.features().size()
                    && classifier.probability(trace.features().get(drafted - 1)) >= threshold) {
                drafted++;
            }
            return drafted;
        };
    }

    /** Drafts of at most so many tokens. */
    static Length always(int tokens) {
        return trace -> Math.min(tokens, trace.features().size());
    }
}
