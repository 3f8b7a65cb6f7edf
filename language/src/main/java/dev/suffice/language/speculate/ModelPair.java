package dev.suffice.language.speculate;

/**
 * A model and one that drafts for it: what was learnt of one pair says nothing of another.
 *
 * @param target name of the model, for people
 * @param targetFingerprint tells it from others
 * @param draft name of the draft model, for people
 * @param draftFingerprint tells it from others
 * @param method how it drafts
 */
public record ModelPair(String target, String targetFingerprint, String draft, String draftFingerprint, String method) {
    /** Whether these are the same models and the same method, whatever their names. */
    public boolean isSame(ModelPair other) {
        return targetFingerprint.equals(other.targetFingerprint)
                && draftFingerprint.equals(other.draftFingerprint)
                && method.equals(other.method);
    }

    @Override
    public String toString() {
        return "%s drafting for %s by %s".formatted(draft, target, method);
    }
}
