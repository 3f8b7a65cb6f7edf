package dev.suffice.language.speculate;

import java.util.List;

/**
 * One pass of the model and what was drafted for it.
 *
 * @param drafter index of who drafted; -1 for nobody
 * @param draft what was proposed to the model
 * @param written tokens that came of it, the accepted ones and one more
 * @param accepted tokens of the draft
 * @param draftNanos time of drafting
 * @param verifyNanos time of the pass
 */
@SuppressWarnings("ArrayRecordComponent") // made for every pass; never compared
public record Round(
        int drafter, List<DraftToken> draft, int[] written, int accepted, long draftNanos, long verifyNanos) {
    /** Copies the list. */
    public Round {
        draft = List.copyOf(draft);
    }
}
