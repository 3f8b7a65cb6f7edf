package dev.suffice.train.disco;

import dev.suffice.language.speculate.DraftTrace;
import java.util.ArrayList;
import java.util.List;

/**
 * A drafted token, all before which were accepted.
 *
 * @param features as the classifier reads them
 * @param accepted whether it was too
 */
@SuppressWarnings("ArrayRecordComponent") // examples, never compared
record LabelledToken(double[] features, boolean accepted) {
    /** The tokens of drafts up to the first that was not accepted; what lies behind it was never judged. */
    static List<LabelledToken> of(List<DraftTrace> traces) {
        var tokens = new ArrayList<LabelledToken>();
        for (var trace : traces) {
            int judged = Math.min(trace.features().size(), trace.accepted() + 1);
            for (int i = 0; i < judged; i++) {
                tokens.add(new LabelledToken(trace.features().get(i), i < trace.accepted()));
            }
        }
        return tokens;
    }
}
