package dev.suffice.language;

import java.util.Locale;

/** How a draft model's words reach the model that it drafts for. */
public enum DraftMethod {
    /** Both have the same vocabulary: {@link ModelDrafter}. */
    SAME_VOCABULARY,
    /** From the tokens that both vocabularies have: {@link TokenIntersectionDrafter}. */
    TLI,
    /** As text: {@link StringMatchDrafter}. */
    SLEM;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
