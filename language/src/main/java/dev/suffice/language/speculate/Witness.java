package dev.suffice.language.speculate;

import java.util.List;

/**
 * What drafters of the other sort say of a token: those that look up what occurred before, of one that a network has drafted, and the other way round. Where both say the same they are nearly
 * always right; where they do not, what was looked up is mostly wrong, however often it is right otherwise.
 */
enum Witness {
    /** Nothing. */
    NONE,
    /** The same token. */
    AGREES,
    /** Another token, behind the same draft. */
    DISPUTES;

    /** What is thought of a token before anything was seen, by what is thought without a witness. */
    double usual(double alone) {
        return switch (this) {
            case NONE -> alone;
            case AGREES -> 1 - (1 - alone) / 3;
            case DISPUTES -> alone / 2;
        };
    }

    /**
     * What one draft says of a token of another.
     *
     * @param draft that the token is of
     * @param position of the token
     * @param other draft of the same place
     */
    static Witness of(List<DraftToken> draft, int position, List<DraftToken> other) {
        if (other.size() <= position) {
            return NONE;
        }
        for (int i = 0; i < position; i++) {
            if (draft.get(i).token() != other.get(i).token()) {
                return NONE;
            }
        }
        return draft.get(position).token() == other.get(position).token() ? AGREES : DISPUTES;
    }
}
